// The cover of a locked screen (access/locking). What is below stays as it is, half-typed forms and
// all, and nobody reaches it: not by sight, by keyboard, by a screen reader, by print or by find.
// The lock itself is the server's; this only shows it, and notices that nobody is there.

const CHECK = 1000;
const TELL = 60000; // the server notes no more
const AGAIN = 5000; // after the server could not be reached
const WAIT = 1000; // for what was typed last to be kept

const root = document.documentElement;
const others = new BroadcastChannel("caredesk-cover");

let cover = null;
let title = "";
let focused = null;
let touchedAt = Date.now();
let toldAt = Date.now();

const isCovered = () => root.classList.contains("covered");
const tokenOf = () => document.cookie.match(/(?:^|; )(?:__Host-)?caredesk_csrf=([^;]+)/)?.[1] ?? "";
const idleFor = () => cover.dataset.idleSeconds * 1000;
const tell = (kind) => others.postMessage({ kind, session: cover.dataset.session });

// Beside the body, so that a body that is shown anew takes nothing of the cover with it.
function adopt() {
  const found = document.body.querySelector("#cover");
  if (!found) return;
  if (isCovered()) return found.remove();
  cover?.remove();
  cover = found;
  root.append(cover);
  cover.addEventListener("cancel", (event) => event.preventDefault());
  cover.addEventListener("close", () => isCovered() && cover.showModal());
}

// Somebody signed in here meanwhile, which made the forms of this page too old.
function renewTokens() {
  const token = tokenOf();
  if (!token) return;
  document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((each) => (each.value = token));
}

function empty() {
  for (const form of cover.querySelectorAll("form[data-unlock]")) form.reset();
  for (const field of cover.querySelectorAll("[name=credential]")) field.value = "";
}

function hide() {
  document.body.inert = true;
  if (document.title !== "Locked") [title, document.title] = [document.title, "Locked"];
}

function close() {
  if (!cover || isCovered()) return;
  focused = document.activeElement;
  document.querySelectorAll("dialog[open]").forEach((each) => each.close());
  root.classList.add("covered");
  hide();
  say("");
  empty();
  cover.showModal();
  cover.querySelector("[name=secret]").focus();
}

function open() {
  root.classList.remove("covered");
  cover.close();
  document.body.inert = false;
  document.title = title;
  renewTokens();
  empty();
  touchedAt = toldAt = Date.now();
  if (focused?.isConnected) focused.focus({ preventScroll: true });
  document.dispatchEvent(new Event("session-open"));
}

function post(address, values = {}) {
  const body = new URLSearchParams({ csrfmiddlewaretoken: tokenOf(), ...values });
  const headers = { Accept: "application/json", [cover.dataset.ofSession]: cover.dataset.session };
  return fetch(address, { method: "POST", body, headers, keepalive: true }).catch(() => null);
}

let locking = null;

function lock(how) {
  if (!cover || isCovered()) return;
  close();
  locking = keepAndLock(how);
}

async function keepAndLock(how) {
  const waitFor = [];
  document.dispatchEvent(new CustomEvent("session-locking", { detail: { waitFor } }));
  const longEnough = new Promise((resolve) => setTimeout(resolve, WAIT));
  await Promise.race([Promise.allSettled(waitFor), longEnough]);
  await tellServer(how);
  document.dispatchEvent(new Event("session-locked"));
  tell("locked");
}

// A server that cannot be reached is told when it can.
async function tellServer(how) {
  const answer = await post(cover.dataset.lock, { how });
  if (!answer && isCovered()) setTimeout(() => isCovered() && tellServer(how), AGAIN);
}

// The server says that it is locked, or another window does.
function found() {
  if (!cover || isCovered()) return;
  close();
  document.dispatchEvent(new Event("session-locked"));
}

function say(text) {
  const place = cover.querySelector("#cover-says");
  place.textContent = text;
  place.hidden = !text;
  const field = cover.querySelector("[name=secret]");
  if (text) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
}

// The PIN opens no more; on a phone its field has no letters.
function askPassword() {
  const field = cover.querySelector("[name=secret]");
  field.removeAttribute("inputmode");
  field.autocomplete = "current-password";
  field.labels[0].textContent = "Password";
}

async function unlock(form) {
  await locking;
  const values = Object.fromEntries(new FormData(form));
  const answer = await post(form.action, values);
  const said = await answer?.json().catch(() => null);
  if (said?.open) {
    open();
    return tell("open");
  }
  if (said?.ended) return location.assign(`${form.action}?session=${cover.dataset.session}`);
  if (said?.asks_password) askPassword();
  say(said?.message ?? "Caredesk cannot be reached. Try again in a moment.");
  empty();
  cover.querySelector("[name=secret]").focus();
}

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (cover?.contains(form)) renewTokens();
    // passkeys.js asks the browser first.
    if (form.matches("[data-passkey]") && !form.elements.credential.value) return;
    if (form.matches("[data-unlock]") && cover?.contains(form)) unlock(form);
    else if (form.matches("[data-lock-now]") && cover) lock("asked");
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  true,
);

function touch() {
  touchedAt = Date.now();
  if (!cover || isCovered() || touchedAt - toldAt < TELL) return;
  toldAt = touchedAt;
  tell("active");
  post(cover.dataset.active).then((answer) => answer?.status === 423 && found());
}

function check() {
  if (cover && !isCovered() && Date.now() - touchedAt >= idleFor()) lock("idle");
}

// Also when a lid is opened: what was left alone is covered before anything is done.
for (const kind of ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"]) {
  addEventListener(kind, () => (check(), touch()), { capture: true, passive: true });
}

// Keys of the page below are not the cover's.
addEventListener(
  "keydown",
  (event) => {
    if (isCovered()) event.stopImmediatePropagation();
  },
  true,
);
setInterval(check, CHECK);

// A page that was away may be another's by now.
async function ask() {
  check();
  if (!cover || isCovered()) return;
  const headers = { [cover.dataset.ofSession]: cover.dataset.session, [cover.dataset.byItself]: "1" };
  const answer = await fetch(cover.dataset.state, { headers }).catch(() => null);
  if (answer?.status === 423) found();
}
document.addEventListener("visibilitychange", () => document.hidden || ask());
addEventListener("pageshow", (event) => event.persisted && ask());
document.addEventListener("session-found-locked", found);

others.addEventListener("message", (event) => {
  const { kind, session } = event.data;
  if (!cover) return;
  const isMine = session === cover.dataset.session;
  if (kind === "active" && isMine) touchedAt = Date.now();
  else if (kind === "locked" && isMine) found();
  else if (kind === "open" && isMine && isCovered()) open();
  else if (kind === "open" && !isMine) found();
});

// htmx says for whose session the page was made, and what nobody asked for.
document.addEventListener("htmx:config:request", (event) => {
  if (!cover) return;
  const { request, sourceEvent } = event.detail.ctx;
  request.headers[cover.dataset.ofSession] = cover.dataset.session;
  if (sourceEvent?.type === "refresh") request.headers[cover.dataset.byItself] = "1";
});
document.addEventListener("htmx:response:error", (event) => {
  if (event.detail.ctx?.response?.status === 423) found();
});
document.addEventListener("htmx:after:swap", () => {
  adopt();
  if (isCovered()) hide();
});

adopt();
if (cover) tell("open");
