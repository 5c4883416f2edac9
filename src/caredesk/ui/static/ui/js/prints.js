// What goes to paper is on record: before the browser prints, by our button or by its own menu, the
// server is told which of the rows of this window's looks is printed. It knows whom they showed.
//   <button data-print>Print</button>

const looks = new WeakMap(); // of the part of the page, the row that its last answer wrote
const MOST = 20;

document.addEventListener("htmx:after:swap", (event) => {
  const { target, response } = event.detail.ctx ?? {};
  const row = response?.headers?.get("Caredesk-Look");
  if (target?.id && row) looks.set(document.getElementById(target.id) ?? target, row);
  if (target === document.body && row) looks.set(document.body, row);
});

// Only the panel is printed where one is open (print.css).
function printed() {
  const ofPage = looks.get(document.body) ?? document.querySelector('meta[name="look"]')?.content;
  const panel = document.getElementById("panel");
  if (panel?.children.length) {
    const row = looks.get(panel);
    return row ? { rows: [row], only: "" } : { rows: [ofPage], only: "first" };
  }
  const parts = [...document.querySelectorAll(".middle, .middle [id]")];
  const inMiddle = parts.map((part) => looks.get(part));
  return { rows: [ofPage, ...inMiddle], only: "" };
}

addEventListener("beforeprint", () => {
  const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value;
  if (!token) return;
  const { rows, only } = printed();
  const body = new URLSearchParams({ address: location.pathname, only });
  for (const row of [...new Set(rows.filter(Boolean))].slice(0, MOST)) body.append("row", row);
  fetch("/prints/", { method: "POST", body, keepalive: true, headers: { "X-CSRFToken": token } }).catch(() => {});
});

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-print]")) print();
});
