// The panel: its width is remembered, its heading gets the focus, closing gives it back.

const LEAST = 320;
const MOST = 960;
const REMEMBERED = "caredesk.panel-width";

const panel = () => document.getElementById("panel");
const handle = () => document.querySelector("[data-handle]");
const width = () => panel().getBoundingClientRect().width;

let openedBy = null;

function setWidth(pixels) {
  const most = Math.min(MOST, innerWidth * 0.6);
  const chosen = Math.round(Math.max(LEAST, Math.min(most, pixels)));
  document.documentElement.style.setProperty("--panel-width", `${chosen}px`);
  handle()?.setAttribute("aria-valuenow", String(chosen));
  try {
    localStorage.setItem(REMEMBERED, String(chosen));
  } catch {
    // Forgotten with the page, then.
  }
}

document.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest?.("[data-handle]");
  if (!grip || event.button !== 0) return;
  event.preventDefault();
  grip.setPointerCapture(event.pointerId);
  const right = panel().getBoundingClientRect().right;
  const move = (moved) => setWidth(right - moved.clientX);
  grip.addEventListener("pointermove", move);
  grip.addEventListener("lostpointercapture", () => grip.removeEventListener("pointermove", move), {
    once: true,
  });
});

const STEPS = { ArrowLeft: 16, ArrowRight: -16, PageUp: 96, PageDown: -96 };

document.addEventListener("keydown", (event) => {
  if (!event.target.matches?.("[data-handle]")) return;
  if (event.key === "Home") setWidth(MOST);
  else if (event.key === "End") setWidth(LEAST);
  else if (STEPS[event.key]) setWidth(width() + STEPS[event.key]);
  else return;
  event.preventDefault();
});

// Board and lists show what is open.
function markCurrent() {
  for (const link of document.querySelectorAll("#middle :is(.visit, [data-row])")) {
    if (link.pathname === location.pathname) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

// After a refusal: the first field that is wrong, the first choice that was offered, or the reason
// that is asked for; whatever says why comes into sight with it.
const REFUSED = [
  "[aria-invalid=true]:not([type=hidden])",
  ".stop.refused [name=alternative]",
  ".stop :is(input, textarea, select)",
];

function focusOpened() {
  const refused = REFUSED.map((each) => panel().querySelector(each)).find((each) => each?.checkVisibility());
  if (refused) {
    refused.focus({ preventScroll: true });
    (refused.closest(".field, .stop") ?? refused).scrollIntoView({ block: "nearest" });
    return;
  }
  panel().querySelector(".stop.refused")?.scrollIntoView({ block: "nearest" });
  if (panel().contains(document.activeElement)) return;
  panel().querySelector("[autofocus], [data-panel-title]")?.focus({ preventScroll: true });
}

// Shown anew by itself, the panel takes the focus only where it had it and lost its button.
let hadFocus = false;
document.addEventListener("htmx:before:swap", (event) => {
  if (event.detail.ctx?.target?.id === "panel") hadFocus = panel().contains(document.activeElement);
});

function keepFocus() {
  if (hadFocus && document.activeElement === document.body) focusOpened();
}

document.addEventListener("htmx:before:request", (event) => {
  const { target, sourceElement } = event.detail.ctx;
  if (target?.id !== "panel" || sourceElement.closest("#panel, #find-options, #notice")) return;
  openedBy = sourceElement.getAttribute("href");
});

// A notice that has been read leaves with the next thing opened.
const READ_AFTER = 10000;
function clearOldNotice() {
  const shown = document.querySelector("#notice > .notice");
  if (!shown) return;
  shown.dataset.shownAt ??= String(Date.now());
  if (Date.now() - Number(shown.dataset.shownAt) > READ_AFTER) shown.remove();
}

document.addEventListener("htmx:after:swap", (event) => {
  const { target, sourceElement } = event.detail.ctx ?? {};
  if (target?.id === "panel" && sourceElement?.matches?.("[data-live]")) {
    keepFocus();
  } else if (target?.id === "panel") {
    clearOldNotice();
    panel().scrollTop = 0;
    focusOpened();
    if (!panel().firstElementChild) giveBack();
  }
  markCurrent();
});

function giveBack() {
  const opener = openedBy && document.querySelector(`#middle a[href="${CSS.escape(openedBy)}"]`);
  const rest = document.querySelector("#middle [tabindex='0']") ?? document.getElementById("middle");
  (opener || rest)?.focus();
  openedBy = null;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-panel-close]");
  // What stays in the middle: the day, or a list that says its address.
  const behind = document.querySelector("#board, #middle [data-behind]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !behind) return;
  event.preventDefault();
  panel().replaceChildren();
  // The address says what is left on the screen: with a patient's, nothing of the patient was there.
  const left = behind.dataset.behind ?? behind.getAttribute("hx-get") ?? link.href;
  history.pushState({ htmx: true }, "", left);
  document.title = document.querySelector("#middle h1")?.textContent ?? document.title;
  markCurrent();
  giveBack();
});

// Esc closes the notice when the focus is in it or nothing else is open, before keys.js closes
// the panel (data-key). drafts.js keeps what was typed.
document.addEventListener(
  "keydown",
  (event) => {
    const shown = document.querySelector("#notice [data-notice-close]");
    if (event.key !== "Escape" || !shown || document.querySelector("dialog[open]")) return;
    const isBusy = panel()?.firstElementChild || event.target.matches?.("input, textarea, select");
    if (!shown.closest(".notice").contains(event.target) && isBusy) return;
    event.preventDefault();
    shown.click();
  },
  { capture: true },
);

document.addEventListener("click", (event) => {
  const close = event.target.closest?.("[data-notice-close]");
  if (!close) return;
  const hadIt = close.closest(".notice").contains(document.activeElement);
  document.getElementById("notice").replaceChildren();
  if (hadIt) (panel().querySelector("[data-panel-title]") ?? document.getElementById("middle")).focus();
});

// A notice goes by itself, unless somebody is at it or it tells of something gone wrong.
const GOES_AFTER = 20000;
function letGo(notice) {
  const isWanted = notice.matches(":hover, :focus-within");
  if (!isWanted) notice.remove();
  else setTimeout(letGo, GOES_AFTER, notice);
}
function timeNotice() {
  const notice = document.querySelector("#notice > .notice:not(.bad, [data-timed])");
  if (!notice) return;
  notice.dataset.timed = "";
  setTimeout(letGo, GOES_AFTER, notice);
}
const place = document.getElementById("notice");
if (place) new MutationObserver(timeNotice).observe(place, { childList: true });
timeNotice();

markCurrent();
clearOldNotice();
