// The command bar, a combobox after ARIA 1.2: focus stays in the field, arrows choose, Enter opens.
// htmx sends the text by POST as one types; a search text never stands in an address.

const PAUSE = 2000; // a pause this long ends one search and begins another, as the audit counts

const field = () => document.querySelector("[data-bar]");
const box = () => document.getElementById("find-options");
const options = () => [...(box()?.querySelectorAll("[role=option]") ?? [])];

let typedAt = 0;
let enterWaits = false;
let cameFrom = null;

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((each) => each.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}

function nameTheSearch(input) {
  const now = Date.now();
  const search = input.form.elements.search;
  if (!search.value || now - typedAt > PAUSE) search.value = newId();
  typedAt = now;
}

function choose(index) {
  const all = options();
  const input = field();
  all.forEach((each, at) => each.setAttribute("aria-selected", String(at === index)));
  const chosen = all[index];
  if (chosen) {
    input.setAttribute("aria-activedescendant", chosen.id);
    chosen.scrollIntoView({ block: "nearest" });
  } else {
    input.removeAttribute("aria-activedescendant");
  }
}

const chosenAt = () => options().findIndex((each) => each.getAttribute("aria-selected") === "true");

function open() {
  box().hidden = false;
  field().setAttribute("aria-expanded", "true");
}

function close() {
  box().hidden = true;
  field().setAttribute("aria-expanded", "false");
  field().removeAttribute("aria-activedescendant");
}

function clear() {
  const input = field();
  input.value = "";
  input.form.elements.search.value = "";
  box().replaceChildren();
  enterWaits = false;
  close();
}

const isCurrent = () => box().dataset.text === field().value.trim();

function openChosen() {
  const chosen = options()[chosenAt()];
  if (!chosen) return;
  chosen.click();
}

const MOVES = {
  ArrowDown: (at, n) => (at + 1) % n,
  ArrowUp: (at, n) => (at - 1 + n) % n,
  PageDown: (at, n) => Math.min(at + 5, n - 1),
  PageUp: (at) => Math.max(at - 5, 0),
};

// What this very page offers, found by its words beside what the server knows: the steps of an
// open visit, signing out, the keys.
const SAID = "#panel .panel-actions :is(a, button), #panel [data-key], [data-say]";

function nameOf(holder) {
  const copy = holder.cloneNode(true);
  copy.querySelectorAll("kbd, svg, .unseen").forEach((each) => each.remove());
  return (holder.getAttribute("aria-label") ?? copy.textContent).trim().replace(/\s+/g, " ");
}

function offeredHere(text) {
  const typed = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = new Map();
  for (const holder of document.querySelectorAll(SAID)) {
    const name = nameOf(holder);
    const words = `${name} ${holder.dataset.say ?? ""}`.toLowerCase().split(/\s+/);
    const fits = typed.length && typed.every((each) => words.some((word) => word.startsWith(each)));
    if (name && fits && !found.has(name)) found.set(name, holder);
  }
  return found;
}

function optionFor(name, holder, at) {
  const option = document.createElement("a");
  Object.assign(option, { className: "option", id: `option-here-${at}`, href: "#", tabIndex: -1 });
  option.setAttribute("role", "option");
  option.setAttribute("aria-selected", "false");
  const words = document.createElement("span");
  words.className = "option-name";
  words.textContent = name;
  option.append(words);
  option.addEventListener("click", (event) => {
    event.preventDefault();
    event.stopPropagation();
    clear();
    holder.click();
  });
  return option;
}

// First where the whole of a word was typed, else after what the server found.
function addWhatIsHere(text) {
  const found = offeredHere(text);
  if (!found.size) return;
  const group = document.createElement("div");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", "Here");
  group.dataset.text = text;
  const heading = document.createElement("div");
  heading.className = "option-group";
  heading.setAttribute("aria-hidden", "true");
  heading.textContent = "Here";
  group.append(heading, ...[...found].map(([name, holder], at) => optionFor(name, holder, at)));
  box().querySelector("p[data-text]")?.remove();
  const isWhole = [...found.keys()].some((name) => name.toLowerCase().split(" ")[0] === text.toLowerCase().split(/\s+/)[0]);
  isWhole ? box().prepend(group) : box().append(group);
}

document.addEventListener("focusin", (event) => {
  if (!event.target.matches("[data-bar]")) return;
  if (event.relatedTarget && !event.relatedTarget.closest(".find")) cameFrom = event.relatedTarget;
  if (options().length && event.target.value.trim()) open();
});

document.addEventListener("focusout", (event) => {
  if (event.target.matches("[data-bar]") && !event.relatedTarget?.closest(".find")) close();
});

// Before htmx hears the same event, so that the request carries the id.
document.addEventListener(
  "input",
  (event) => {
    if (!event.target.matches("[data-bar]")) return;
    nameTheSearch(event.target);
    enterWaits = false;
    if (!event.target.value.trim()) close();
  },
  true,
);

document.addEventListener("keydown", (event) => {
  if (!event.target.matches?.("[data-bar]") || event.isComposing) return;
  const count = options().length;
  if (event.key === "Escape") {
    event.preventDefault();
    if (!box().hidden || event.target.value) return clear();
    cameFrom?.isConnected ? cameFrom.focus() : event.target.blur();
  } else if (event.key === "Enter") {
    if (!event.target.value.trim()) return event.preventDefault();
    event.preventDefault();
    // Whoever types faster than the answer gets the first of the answer to the whole text.
    if (isCurrent()) openChosen();
    else enterWaits = true;
  } else if (MOVES[event.key] && count) {
    event.preventDefault();
    if (box().hidden) open();
    choose(MOVES[event.key](chosenAt(), count));
  }
});

document.addEventListener("htmx:after:swap", (event) => {
  const input = field();
  if (!input || event.detail.ctx?.target?.id !== "find-options") return;
  const answered = box().querySelector("[data-text]")?.dataset.text ?? "";
  box().dataset.text = answered;
  addWhatIsHere(answered);
  if (!input.value.trim() || document.activeElement !== input) return close();
  open();
  choose(0);
  if (enterWaits && isCurrent()) {
    enterWaits = false;
    openChosen();
  }
});

document.addEventListener("mousedown", (event) => {
  // Keep the focus in the field until the click has opened the option.
  if (event.target.closest?.("#find-options")) event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (event.target.closest?.("#find-options [role=option]")) setTimeout(clear);
});
