// Lists: J, K and arrows go through the rows, Enter opens (they are links). <table data-list>
// The arrow down leads from the field that searches the list (data-list-for) into it.

const linksOf = (list) => [...list.querySelectorAll("a[data-row]")];

document.addEventListener("keydown", (event) => {
  const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
  if (!step || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const searches = event.key === "ArrowDown" && event.target.matches?.("[data-list-for]");
  if (!searches && event.target.matches?.("input, select, textarea, [data-handle]")) return;
  if (event.target.closest?.("#board, dialog")) return;
  const list = event.target.closest?.("[data-list]") ?? document.querySelector("#middle [data-list]");
  if (!list) return;
  const links = linksOf(list);
  const at = links.indexOf(document.activeElement);
  const next = links[at + step] ?? (at < 0 ? links[0] : null);
  if (!next) return;
  event.preventDefault();
  next.focus();
});
