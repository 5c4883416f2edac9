// What colleagues change shows by itself. The stream names a site and a day, nobody else; the
// board is then asked for anew through the ordinary door.

const address = document.querySelector('meta[name="live"]')?.content;
const TOGETHER = 120; // messages within this time ask once
const ALONE = 15000; // without a stream the board is asked for this often
const SAY_AGAIN = 20000;

let waiting = null;
let waitingOpened = null;
let asking = null;
let saidAt = 0;

const board = () => document.getElementById("board");

// What is open beside it and says its site and day: <div data-live data-day data-sites hx-get>.
// One without a day is asked for anew only where everything is.
const opened = () => document.querySelector("#panel [data-live]");

// A message that names nothing: who may see what has changed, or messages were lost.
const isAll = (message) => !Object.values(message).some(Boolean);

// Without a day, all from `since` until `until` are meant, where these are said.
function concerns(element, { site, day, since, until }) {
  const shown = element?.dataset;
  if (!shown) return false;
  if (element === opened() && !shown.day) return isAll({ site, day, since, until });
  const sites = (shown.sites ?? "").split(" ").filter(Boolean);
  if ((since && shown.day < since) || (until && shown.day > until)) return false;
  return (!day || day === shown.day) && (!site || !sites.length || sites.includes(site));
}

// What stands in the middle and follows what is changed beside it: the board, or another.
const following = () => board() ?? document.querySelector("#middle [data-follows]");

function refresh() {
  clearTimeout(waiting);
  waiting = setTimeout(() => following() && htmx.trigger(following(), "refresh"), TOGETHER);
}

const isTyping = () => document.activeElement?.matches("#panel :is(input, textarea, select)");

// What is being typed there stays: it is asked for again with the next change.
function refreshOpened() {
  clearTimeout(waitingOpened);
  waitingOpened = setTimeout(() => {
    if (opened() && !isTyping()) htmx.trigger(opened(), "refresh");
  }, TOGETHER);
}

// A form or another page stays as it is while it is still there for who has it open.
async function leaveWhatIsGone() {
  const panel = document.getElementById("panel");
  if ((opened() && !isTyping()) || !panel?.firstElementChild) return;
  const answer = await fetch(location.href, {
    headers: { "HX-Request": "true", "HX-Target": "section#panel" },
  }).catch(() => null);
  if (answer?.status === 404 || answer?.redirected) location.reload();
}

// Something else was opened while the answer was on its way.
document.addEventListener("htmx:before:swap", (event) => {
  const asked = event.detail.ctx?.sourceElement;
  if (asked?.matches?.("[data-live]") && asked !== opened()) event.preventDefault();
});

function say(text) {
  const region = document.getElementById("said");
  if (!region || Date.now() - saidAt < SAY_AGAIN) return;
  saidAt = Date.now();
  region.textContent = text;
}

function showState(text) {
  const place = document.getElementById("live-state");
  if (place && place.textContent !== text) place.textContent = text;
}

let stream = null;

function listen() {
  stream = new EventSource(address, { withCredentials: true });
  stream.addEventListener("open", () => {
    clearInterval(asking);
    asking = null;
    if (document.getElementById("live-state")?.textContent) {
      refresh();
      refreshOpened();
    }
    showState("");
  });
  stream.addEventListener("day", (event) => {
    const changed = JSON.parse(event.data);
    if (concerns(opened(), changed)) refreshOpened();
    if (isAll(changed)) leaveWhatIsGone();
    if (!concerns(board(), changed)) return;
    refresh();
    say("The day has changed.");
  });
  stream.addEventListener("error", () => {
    showState("Live updates paused");
    asking ??= setInterval(refresh, ALONE);
    if (stream.readyState !== EventSource.CLOSED) return;
    stream.close();
    setTimeout(() => !isCovered && listen(), 5000);
  });
}

// A locked screen hears nothing; what it missed is asked for when it is unlocked (cover.js).
let isCovered = false;
document.addEventListener("session-locked", () => {
  isCovered = true;
  stream?.close();
  clearInterval(asking);
  asking = null;
});
document.addEventListener("session-open", () => {
  if (!isCovered) return;
  isCovered = false;
  if (!address) return;
  listen();
  refresh();
  refreshOpened();
});

// After an action of one's own the answer says so: HX-Trigger: day-changed.
document.addEventListener("day-changed", refresh);

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) refresh();
});

// A server that cannot be reached takes nothing that was typed.
document.addEventListener("htmx:error", (event) => {
  if (!event.detail.ctx || event.detail.ctx.sourceElement?.id === "board") return;
  const lost = document.getElementById("lost");
  const notice = document.getElementById("notice");
  if (lost && notice) notice.replaceChildren(lost.content.cloneNode(true));
});

if (address) listen();
