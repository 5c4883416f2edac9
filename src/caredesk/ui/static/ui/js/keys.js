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
