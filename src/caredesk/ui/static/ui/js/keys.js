// The keyboard of this page: every element with data-key is reached by its key.
//   <a data-key="b" href="…">Book a visit <kbd>B</kbd></a>
// What is in the panel goes before what is on the page. "?" shows all of them.

const OFF = "caredesk.letter-keys-off";
const WORDS = { Escape: "Esc", Enter: "↵", ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→" };

// Keys that belong to no one element: where they work, what they do.
const ALSO = [
  ["#board .slots a[href]", "From visit to visit", "ArrowUp ArrowDown ArrowLeft ArrowRight"],
  ["#board .slots a[href]", "First and last of the column", "Home End"],
  ["#middle [data-row]", "From line to line", "ArrowUp ArrowDown"],
  ["#board .slots a[href], #middle [data-row]", "Open what is chosen", "Enter"],
  ["#middle", "Close what is open, leave a field", "Escape"],
];

const lettersOff = () => localStorage.getItem(OFF) === "1";

function isTyping(target) {
  return target.matches?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
}

function keyOf(event) {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const held = (event.ctrlKey || event.metaKey ? "ctrl+" : "") + (event.altKey ? "alt+" : "");
  return held + key;
}

function holders() {
  const dialog = document.querySelector("dialog[open]");
  if (dialog) return [...dialog.querySelectorAll("[data-key]")];
  const all = [...document.querySelectorAll("[data-key]")].filter(
    (each) => each.checkVisibility() || each.closest("[data-commands]"),
  );
  const inNotice = all.filter((each) => each.closest("#notice"));
  const inPanel = all.filter((each) => each.closest("#panel"));
  return [...new Set([...inNotice, ...inPanel, ...all])];
}

function press(holder) {
  if (holder.matches("input, textarea, select")) {
    holder.focus();
    holder.select?.();
  } else {
    holder.click();
  }
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  const key = keyOf(event);
  const plain = key.length === 1;
  if (plain && (isTyping(event.target) || lettersOff())) return;
  if (key === "?" && showKeys()) return event.preventDefault();
  const holder = holders().find((each) => each.dataset.key.split(" ").includes(key));
  if (!holder) return;
  event.preventDefault();
  press(holder);
});

// In a closed list of choices Enter goes on as in every other field, Space and arrows open and
// choose: it sends the form, or leads to what stands there by the choice (data-leads-to), at once
// or when the answer comes.
//   <form data-leads-to="#free-times .times button">
let awaits = null;
const asking = new Set();

function follow(selector) {
  const next = document.querySelector(selector);
  awaits = asking.size || !next ? selector : null;
  if (!awaits) next.focus();
}

document.addEventListener("keydown", (event) => {
  const list = event.target;
  if (event.key !== "Enter" || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!list.matches?.("select:not([multiple])") || !list.form || isOpen(list)) return;
  const leadsTo = list.form.dataset.leadsTo;
  if (leadsTo && !list.value) return;
  event.preventDefault();
  if (leadsTo) follow(leadsTo);
  else [...list.form.elements].find((each) => each.matches("button:not([type=button])"))?.click();
});

const isOpen = (list) => CSS.supports("selector(select:open)") && list.matches(":open");

// "For whom?": Enter takes the first who was found by what stands in the field (data-takes), also
// where the answer is still to come.
//   <input data-takes="found"> <section id="found" data-text="what it was found by">
document.addEventListener("keydown", (event) => {
  const found = document.getElementById(event.target.dataset?.takes ?? "");
  if (event.key !== "Enter" || event.isComposing || !found) return;
  event.preventDefault();
  awaits = null;
  if (event.target.value.trim() && !take(event.target)) awaits = event.target;
});

function take(field) {
  const found = document.getElementById(field.dataset.takes);
  if (found?.dataset.text !== field.value.trim()) return false;
  found.querySelector("a.line")?.click();
  return true;
}

// Who types on wants nothing taken yet.
document.addEventListener("input", () => (awaits = null));
document.addEventListener("focusout", () => (awaits = null));

document.addEventListener("htmx:before:request", (event) => {
  if (event.detail.ctx.sourceElement?.dataset?.leadsTo) asking.add(event.detail.ctx);
});
document.addEventListener("htmx:finally:request", (event) => {
  asking.delete(event.detail.ctx);
  if (typeof awaits === "string") follow(awaits);
  else if (awaits && take(awaits)) awaits = null;
});

function nameOf(holder) {
  if (holder.dataset.keyName) return holder.dataset.keyName;
  if (holder.getAttribute("aria-label")) return holder.getAttribute("aria-label");
  const copy = holder.cloneNode(true);
  copy.querySelectorAll("kbd, svg").forEach((each) => each.remove());
  return copy.textContent.trim();
}

function wordOf(key) {
  const parts = key.split("+").map((part) => WORDS[part] ?? part);
  return parts.map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join(" ");
}

function lineOf(name, keys) {
  const item = document.createElement("li");
  const signs = document.createElement("span");
  signs.className = "nowrap";
  for (const key of keys) {
    const sign = document.createElement("kbd");
    sign.textContent = wordOf(key);
    signs.append(sign, " ");
  }
  item.append(name, signs);
  return item;
}

function showKeys() {
  const dialog = document.getElementById("keys");
  if (!dialog || dialog.open) return false;
  const list = dialog.querySelector("[data-keys-here]");
  const shown = new Set();
  list.replaceChildren();
  const named = holders().map((holder) => [nameOf(holder), holder.dataset.key.split(" ")]);
  const also = ALSO.filter(([where]) => document.querySelector(where));
  for (const [name, keys] of [...named, ...also.map(([, name, keys]) => [name, keys.split(" ")])]) {
    if (shown.has(keys[0]) && keys.length === 1) continue;
    keys.forEach((key) => shown.add(key));
    list.append(lineOf(name, keys));
  }
  dialog.querySelector("[data-letter-keys]").checked = !lettersOff();
  dialog.showModal();
  return true;
}

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-show-keys]")) showKeys();
});

document.addEventListener("change", (event) => {
  if (!event.target.matches?.("[data-letter-keys]")) return;
  localStorage.setItem(OFF, event.target.checked ? "0" : "1");
});
