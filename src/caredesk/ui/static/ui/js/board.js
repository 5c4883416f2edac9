// The board: arrows go from visit to visit and column to column, Enter opens; the now-line and
// the waiting times move on. The server's clock counts, not the browser's.

const EVERY = 30000;
const STEP = 5; // minutes a row

const board = () => document.getElementById("board");
const columns = () => [...(board()?.querySelectorAll(".column") ?? [])];
const stopsOf = (column) => [...column.querySelectorAll(".slots a[href]")];

// Time. The page says what time it was when it was made; from then on count on.
let readAt = 0;
let ahead = 0;
function readClock() {
  const said = board()?.dataset.now ?? document.querySelector('meta[name="now"]')?.content;
  const stamp = said ? Date.parse(said) : Date.now();
  if (stamp !== readAt) ahead = stamp - Date.now();
  readAt = stamp;
}
const now = () => Date.now() + ahead;

function moveNowLine() {
  const from = Date.parse(board()?.dataset.from ?? "");
  const place = board()?.querySelector(".board-axis .now time");
  if (!from || !place) return;
  const minutes = (now() - from) / 60000;
  const rows = Number(board().dataset.rows ?? Infinity);
  if (minutes < 0 || minutes / STEP > rows) return;
  // On the root: a refreshed board is compared attribute by attribute, and may carry no style.
  document.documentElement.style.setProperty("--moving-now", String(minutes / STEP));
  place.textContent = clockOf(now());
}

// As the server writes it: 9:20, 2:20 pm; before 7 with am.
function clockOf(instant) {
  const form = { hour: "numeric", minute: "2-digit", timeZone: board().dataset.zone || undefined };
  const [clock, half] = new Intl.DateTimeFormat("en-US", form).format(instant).split(/\s/);
  const isNight = half === "AM" && Number.parseInt(clock, 10) % 12 < 7;
  return half === "PM" || isNight ? `${clock} ${half.toLowerCase()}` : clock;
}

function growWaits() {
  for (const wait of document.querySelectorAll("[data-since]")) {
    const minutes = Math.max(0, Math.floor((now() - Date.parse(wait.dataset.since)) / 60000));
    const hours = Math.floor(minutes / 60);
    wait.textContent = hours ? `${hours} h ${minutes % 60} min` : `${minutes} min`;
    wait.classList.toggle("long", minutes >= Number(wait.dataset.longAfter ?? 20));
  }
}

function tick() {
  moveNowLine();
  growWaits();
}

// Keys. One stop for Tab, arrows for the rest.
const middleOf = (element) => {
  const { top, height } = element.getBoundingClientRect();
  return top + height / 2;
};

function goTo(stop) {
  if (!stop) return;
  board().querySelectorAll(".slots a[tabindex='0']").forEach((each) => (each.tabIndex = -1));
  stop.tabIndex = 0;
  stop.focus({ preventScroll: true });
  stop.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function nearest(column, height) {
  const stops = stopsOf(column);
  return stops.reduce(
    (best, each) => (!best || Math.abs(middleOf(each) - height) < Math.abs(middleOf(best) - height) ? each : best),
    null,
  );
}

function beside(stop, step) {
  const all = columns();
  for (let at = all.indexOf(stop.closest(".column")) + step; all[at]; at += step) {
    const found = nearest(all[at], middleOf(stop));
    if (found) return found;
  }
  return null;
}

// The visit nearest to now; on another day, or where there is none, the first there is.
function whereToBegin() {
  const line = board()?.querySelector(".now");
  const visits = [...(board()?.querySelectorAll("a.visit") ?? [])].filter((each) => each.checkVisibility());
  const here = line?.checkVisibility() ? line.getBoundingClientRect().top : null;
  if (!visits.length) return columns().flatMap(stopsOf)[0];
  if (here === null) return visits[0];
  const away = (each) => Math.abs(middleOf(each) - here);
  return visits.reduce((best, each) => (away(each) < away(best) ? each : best));
}

// The board takes the arrows where nothing else has the focus: after loading, after T and ].
const TAKEN = new Set(["ArrowDown", "ArrowUp", "ArrowRight", "ArrowLeft", "j", "k"]);

function isFree(target) {
  if (target === document.body || target.id === "middle") return true;
  return Boolean(target.closest?.("#middle")) && !target.matches("input, textarea, select, summary");
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  if (!board() || !TAKEN.has(event.key) || document.querySelector("dialog[open]")) return;
  if (!isFree(event.target) || event.target.closest?.("#board .slots a[href]")) return;
  const begin = board().querySelector(".visit[aria-current]") ?? whereToBegin();
  if (!begin) return;
  event.preventDefault();
  goTo(begin);
});

// The day's name is a field: what was typed and not sent gives way to the name again.
document.addEventListener("focusout", (event) => {
  if (event.target.matches?.("[data-day-name]") && !event.target.hasAttribute("aria-invalid")) forget(event.target);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !event.target.matches?.("[data-day-name]")) return;
  event.preventDefault();
  forget(event.target);
  event.target.blur();
});

function forget(input) {
  input.value = input.defaultValue;
  if (!input.hasAttribute("aria-invalid")) document.getElementById(`${input.id}_echo`)?.replaceChildren();
}

document.addEventListener("keydown", (event) => {
  const stop = event.target.closest?.("#board .slots a[href]");
  if (!stop || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  const stops = stopsOf(stop.closest(".column"));
  const at = stops.indexOf(stop);
  const next = {
    ArrowDown: () => stops[at + 1],
    ArrowUp: () => stops[at - 1],
    j: () => stops[at + 1],
    k: () => stops[at - 1],
    ArrowRight: () => beside(stop, 1),
    ArrowLeft: () => beside(stop, -1),
    Home: () => stops[0],
    End: () => stops.at(-1),
  }[event.key];
  if (!next) return;
  event.preventDefault();
  goTo(next());
});

document.addEventListener("focusin", (event) => {
  const stop = event.target.closest?.("#board .slots a[href]");
  if (!stop || stop.tabIndex === 0) return;
  board().querySelectorAll(".slots a[tabindex='0']").forEach((each) => (each.tabIndex = -1));
  stop.tabIndex = 0;
});

function giveOneStop() {
  if (!board() || board().querySelector(".slots a[tabindex='0']")) return;
  const current = board().querySelector(".visit[aria-current]");
  const stop = current ?? whereToBegin();
  if (stop) stop.tabIndex = 0;
}

// A gap is one link; pointing into it chooses the time in it, by quarters of an hour.
function pointedAt(gap, event) {
  const rows = Number(gap.dataset.rows ?? 3);
  const five = gap.getBoundingClientRect().height / rows;
  const row = Math.floor((event.clientY - gap.getBoundingClientRect().top) / five);
  return Math.max(0, Math.min(rows - 1, row - (row % 3)));
}

document.addEventListener("pointermove", (event) => {
  const gap = event.target.closest?.(".free > a[data-at]");
  if (!gap || event.pointerType === "touch") return;
  const row = pointedAt(gap, event);
  if (gap.dataset.pointed === String(row)) return;
  gap.dataset.pointed = String(row);
  gap.style.setProperty("--pointed", String(row));
  const at = new Date(Date.parse(gap.dataset.at) + row * STEP * 60000);
  gap.querySelector("span").textContent = `Book ${clockOf(at)}`;
});

document.addEventListener(
  "click",
  (event) => {
    const gap = event.target.closest?.(".free > a[data-at]");
    if (!gap || event.detail === 0) return; // by key: the gap's own beginning
    const at = new Date(Date.parse(gap.dataset.at) + pointedAt(gap, event) * STEP * 60000);
    const url = new URL(gap.href, location.href);
    url.searchParams.set("at", at.toISOString().replace(".000Z", "Z"));
    gap.href = url.pathname + url.search;
    if (gap.hasAttribute("hx-get")) gap.setAttribute("hx-get", gap.getAttribute("href"));
  },
  true,
);

// On the phone columns are folded: one at a time is open, at first the first.
let unfolded = null;
const isNarrow = () => matchMedia("(max-width: 720px)").matches;

function fold() {
  const all = [...(board()?.querySelectorAll("[data-fold]") ?? [])];
  const chosen = unfolded === "" || all.some((each) => each.dataset.fold === unfolded) ? unfolded : all[0]?.dataset.fold;
  for (const each of all) {
    const isOpen = each.dataset.fold === chosen;
    each.setAttribute("aria-expanded", String(isOpen));
    each.closest(".column").classList.toggle("is-folded", !isOpen);
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-fold]");
  if (!button) return;
  unfolded = button.getAttribute("aria-expanded") === "true" ? "" : button.dataset.fold;
  fold();
  scrollToVisitOfNow();
});

function scrollToVisitOfNow() {
  if (!isNarrow() || !board()?.querySelector(".now")) return;
  const startOf = (visit) => Date.parse(visit.querySelector(".visit-when time")?.dateTime ?? "");
  const shown = [...board().querySelectorAll(".visit")].filter((each) => each.checkVisibility());
  const current = shown.findLast((each) => startOf(each) <= now()) ?? shown[0];
  current?.scrollIntoView({ block: "start" });
}

// The day opens at the present hour; a refreshed one stays where it was.
let openedDay = null;
function scrollToNow() {
  const shown = board();
  const scroller = shown?.closest(".frame");
  if (!scroller || openedDay === shown.dataset.day + shown.dataset.sites) return;
  openedDay = shown.dataset.day + shown.dataset.sites;
  scrollToVisitOfNow();
  const line = shown.querySelector(".board-axis .now");
  if (!line || !line.checkVisibility()) return;
  const top = line.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
  scroller.scrollTop += top - scroller.clientHeight / 3;
}

function begin() {
  readClock();
  tick();
  fold();
  giveOneStop();
  scrollToNow();
}

document.addEventListener("htmx:after:swap", begin);
setInterval(tick, EVERY);
begin();
