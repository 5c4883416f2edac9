// Lists: J, K and arrows go through the rows, Enter opens (they are links). <table data-list>
// The arrow down leads from the field that searches the list (data-list-for) into it.

// The buttons of free times are a grid: arrows go from one to the next, Home and End to the ends.

function timesAround(time) {
  const form = time.form;
  return [...document.querySelectorAll(".times button")].filter((each) => each.form === form);
}

// The nearest in the next row that lies above or below.
function inNextRow(times, time, isBelow) {
  const from = time.getBoundingClientRect();
  const places = times.map((each) => ({ each, at: each.getBoundingClientRect() }));
  const beyond = places.filter(({ at }) => (isBelow ? at.top >= from.bottom : at.bottom <= from.top));
  const tops = beyond.map(({ at }) => at.top);
  const row = isBelow ? Math.min(...tops) : Math.max(...tops);
  const off = ({ at }) => Math.abs(at.left - from.left);
  return beyond.filter(({ at }) => at.top === row).sort((one, other) => off(one) - off(other))[0]?.each;
}

const TIME_STEPS = {
  ArrowRight: (times, time) => times[times.indexOf(time) + 1],
  ArrowLeft: (times, time) => times[times.indexOf(time) - 1],
  ArrowDown: (times, time) => inNextRow(times, time, true),
  ArrowUp: (times, time) => inNextRow(times, time, false),
  Home: (times) => times[0],
  End: (times) => times.at(-1),
};

document.addEventListener("keydown", (event) => {
  const step = TIME_STEPS[event.key];
  if (!step || event.ctrlKey || event.metaKey || event.altKey || !event.target.matches?.(".times button")) return;
  event.preventDefault();
  step(timesAround(event.target), event.target)?.focus();
});

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
