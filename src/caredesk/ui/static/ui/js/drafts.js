// Half-typed forms come back: <form data-draft="register-patient">. The bar shows what was left
// open. Kept in this tab only, per person, until sent, thrown away or signed out.

const user = () => document.querySelector('meta[name="user"]')?.content ?? "";
const begin = () => `caredesk.draft.${user()}.`;
const keyOf = (form) => begin() + form.dataset.draft;
const KEPT = "input:not([type=hidden], [type=password], [type=file]), select, textarea";

const fields = (form) => [...form.querySelectorAll(KEPT)].filter((each) => each.name);

function valueOf(field) {
  return field.type === "checkbox" || field.type === "radio" ? field.checked : field.value;
}

function keep(form) {
  const typed = {};
  for (const field of fields(form)) {
    const name = field.type === "radio" ? `${field.name}=${field.value}` : field.name;
    const usual = field.type === "checkbox" || field.type === "radio" ? field.defaultChecked : field.defaultValue;
    if (valueOf(field) !== usual && valueOf(field) !== "") typed[name] = valueOf(field);
  }
  const kept = { typed, title: document.title, address: location.pathname + location.search };
  if (Object.keys(typed).length) sessionStorage.setItem(keyOf(form), JSON.stringify(kept));
  else sessionStorage.removeItem(keyOf(form));
}

function showLeftOpen() {
  const place = document.getElementById("left-open");
  if (!place) return;
  const here = new Set([...all()].map(keyOf));
  const keys = Object.keys(sessionStorage).filter((key) => key.startsWith(begin()) && !here.has(key));
  const links = keys.map((key) => {
    const { title, address } = JSON.parse(sessionStorage.getItem(key));
    const link = document.createElement("a");
    link.href = address;
    link.textContent = title;
    return link;
  });
  place.replaceChildren(...(links.length ? ["Left open:", ...links] : []));
  if (links.length) htmx.process(place, true);
}

function bringBack(form) {
  const kept = sessionStorage.getItem(keyOf(form));
  if (!kept || form.dataset.bound !== undefined || form.dataset.cameBack) return;
  form.dataset.cameBack = "1";
  const { typed } = JSON.parse(kept);
  for (const field of fields(form)) {
    const name = field.type === "radio" ? `${field.name}=${field.value}` : field.name;
    if (!(name in typed)) continue;
    if (typeof typed[name] === "boolean") field.checked = typed[name];
    else field.value = typed[name];
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  form.querySelector("[data-draft-note]")?.removeAttribute("hidden");
}

const all = () => document.querySelectorAll("form[data-draft]");

document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-draft]");
  if (form) keep(form);
});

document.addEventListener("change", (event) => {
  const form = event.target.closest?.("form[data-draft]");
  if (form) keep(form);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-draft-drop]");
  if (!button) return;
  const form = button.closest("form");
  sessionStorage.removeItem(keyOf(form));
  form.reset();
  button.closest("[data-draft-note]").hidden = true;
  form.querySelector("[autofocus], input:not([type=hidden])")?.focus();
});

// The panel was closed without a request.
document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-panel-close]")) setTimeout(showLeftOpen);
});

// The server says which form was sent for good: HX-Trigger: {"form-done": {"draft": "…"}}.
document.addEventListener("form-done", (event) => {
  sessionStorage.removeItem(begin() + event.detail.draft);
  showLeftOpen();
});

document.addEventListener("submit", (event) => {
  if (event.target.matches?.("[data-sign-out]")) sessionStorage.clear();
});

function look() {
  all().forEach(bringBack);
  showLeftOpen();
}

document.addEventListener("htmx:after:swap", look);
look();
