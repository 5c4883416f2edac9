// Half-typed forms are kept by the server for whoever types them, and come back in the form as the
// server writes it. Nothing of what is typed stays in this browser.
//   <form data-draft="register" data-draft-form="signed: which form, about whom"
//     data-draft-usual='{"sex": [""]}' data-draft-edition="3">
// What was typed is what differs from the untouched form: the fields' defaults, or data-draft-usual
// where the server has filled in what was typed before.

const PAUSE = 600; // after the last key
const AGAIN = 5000; // after the server could not be reached
const MOST_HELD = 1000; // for a server that does not answer
const MOST_BEHIND = 60000; // bytes: a browser sends no more for a page that has been left
const NEVER = "[type=hidden], [type=password], [type=file], button, fieldset, output";

const place = () => document.getElementById("left-open");
const forms = () => [...document.querySelectorAll("form[data-draft]")];
const fields = (form) => [...form.elements].filter((each) => each.name && !each.matches(NEVER));
const states = new WeakMap();

function valuesOf(field, untouched) {
  if (field.matches("[type=checkbox], [type=radio]")) {
    return (untouched ? field.defaultChecked : field.checked) ? [field.value] : [];
  }
  if (!field.matches("select")) return [untouched ? field.defaultValue : field.value];
  const options = [...field.options];
  if (!untouched) return options.filter((each) => each.selected).map((each) => each.value);
  const usual = options.filter((each) => each.defaultSelected);
  if (!usual.length && !field.multiple) usual.push(...options.slice(0, 1));
  return usual.map((each) => each.value);
}

function allValues(form, untouched) {
  const found = {};
  for (const field of fields(form)) (found[field.name] ??= []).push(...valuesOf(field, untouched));
  Object.values(found).forEach((values) => values.sort());
  return found;
}

// As text, so that it can be compared with what was kept last.
function typedIn(form) {
  const usual = { ...allValues(form, true), ...JSON.parse(form.dataset.draftUsual) };
  const differs = ([name, values]) => JSON.stringify(values) !== JSON.stringify([...usual[name]].sort());
  return JSON.stringify(Object.fromEntries(Object.entries(allValues(form, false)).filter(differs)));
}

function begin(form) {
  const typed = typedIn(form);
  const isRefused = form.dataset.bound !== undefined;
  const isTypedInto = JSON.stringify(allValues(form, false)) !== JSON.stringify(allValues(form, true));
  // What a colleague has entered in the meantime is not half typed any more.
  const isOvertaken = typed === "{}" && form.dataset.draftEdition !== "";
  const isKept = !(isRefused || isTypedInto || isOvertaken);
  states.set(form, { kept: isKept ? typed : null, timer: 0, isSent: false, underWay: null });
  if (!isKept) keepSoon(form);
}

function keepSoon(form, pause = PAUSE) {
  const state = states.get(form);
  clearTimeout(state.timer);
  state.timer = setTimeout(() => (state.underWay ? keepSoon(form) : keep(form)), pause);
}

function keep(form) {
  const state = states.get(form);
  clearTimeout(state.timer);
  if (!isBehind(form)) return state.underWay;
  state.kept = typedIn(form);
  const going = deliver(form, state).finally(() => {
    if (state.underWay === going) state.underWay = null;
  });
  return (state.underWay = going);
}

async function deliver(form, state) {
  const answer = await send(form, state.kept);
  if (answer?.ok && answer.headers.get("Content-Type") === "application/json") {
    form.dataset.draftEdition = (await answer.json()).edition;
    isTold = false;
    // Sent for good in the meantime: then nothing is left open.
    if (state.isSent) send(form, "{}");
  } else if (answer?.status === 423) {
    // The screen was locked meanwhile: it is kept when it is unlocked.
    state.kept = null;
    document.dispatchEvent(new Event("session-found-locked"));
  } else if (answer && answer.status < 500 && !answer.ok) {
    say(await answer.text());
  } else {
    state.kept = null;
    keepSoon(form, AGAIN);
  }
}

function send(form, typed) {
  const body = new URLSearchParams({
    csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value,
    form: form.dataset.draftForm,
    edition: form.dataset.draftEdition,
    typed,
  });
  return fetch(`${place().dataset.address}typed/`, {
    method: "POST",
    body,
    headers: { "HX-Request": "true" },
    keepalive: String(body).length < MOST_BEHIND,
  }).catch(() => null);
}

function say(html) {
  const notice = document.getElementById("notice");
  if (notice) notice.innerHTML = sentByUs(html);
}

const keepAll = () => Promise.all(forms().filter((each) => states.has(each)).map(keep));

// A form in which nothing was typed takes nothing from what another window has kept.
function isBehind(form) {
  const { isSent, kept } = states.get(form) ?? { isSent: true };
  const typed = isSent ? kept : typedIn(form);
  return typed !== kept && (typed !== "{}" || form.dataset.draftEdition !== "");
}

function typedInto(event) {
  const form = event.target.form ?? event.target.closest?.("form");
  if (!form || !states.has(form)) return;
  states.get(form).isSent = false;
  keepSoon(form);
}

document.addEventListener("input", typedInto);
document.addEventListener("change", typedInto);
document.addEventListener("visibilitychange", () => document.hidden && keepAll());
addEventListener("pagehide", keepAll);
// Before the screen is locked what was typed last is kept, as the server takes nothing afterwards.
document.addEventListener("session-locking", (event) => event.detail.waitFor.push(keepAll()));
document.addEventListener("session-open", keepAll);

// Who goes elsewhere goes when what was typed last is kept, so that it can be shown there. Where it
// cannot be kept one stays, and is told; who goes all the same goes.
let isGoing = false;
let isTold = false;
async function holdBack(event, goOn) {
  if (isGoing || !forms().some((form) => isBehind(form) || states.get(form)?.underWay)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  await Promise.race([keepAll(), new Promise((resolve) => setTimeout(resolve, MOST_HELD))]);
  if (forms().some(isBehind) && !isTold) {
    isTold = true;
    return say(document.getElementById("lost").innerHTML);
  }
  isGoing = true;
  goOn();
  isGoing = false;
}

document.addEventListener(
  "click",
  (event) => {
    const link = event.target.closest?.("a[href]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) holdBack(event, () => link.click());
  },
  true,
);
document.addEventListener(
  "submit",
  (event) => {
    if (event.target.matches("[data-sign-out]")) holdBack(event, () => event.target.requestSubmit());
  },
  true,
);

// What is sent is not half typed any more; and who starts afresh wants nothing of it back.
document.addEventListener(
  "submit",
  (event) => {
    const name = event.target.dataset.draft ?? event.target.dataset.draftEnd;
    for (const form of forms()) {
      if (form.dataset.draft !== name || !states.has(form)) continue;
      states.get(form).isSent = true;
      clearTimeout(states.get(form).timer);
    }
    keepAll();
  },
  true,
);

// The bar names the newest form that was left open elsewhere; it is asked anew when one is left
// half typed, when one comes back, and beside the list of all.
let open = [];
const isHalfTyped = (form) => form.dataset.draftEdition !== "" || Boolean(states.get(form)?.underWay);

async function showLeftOpen(left) {
  await Promise.all(left.map((form) => states.get(form).underWay));
  const here = open.filter(isHalfTyped).map((form) => ["here", form.dataset.draft]);
  const address = `${place().dataset.address}?${new URLSearchParams(here)}`;
  const headers = { "HX-Request": "true", "HX-Target": "div#left-open" };
  const answer = await fetch(address, { headers }).catch(() => null);
  if (!answer?.ok || answer.headers.has("HX-Redirect")) return;
  place().innerHTML = sentByUs(await answer.text());
  htmx.process(place());
}

function look() {
  const gone = open.filter((form) => !form.isConnected && !states.get(form).isSent);
  gone.forEach(keep);
  open = forms();
  const come = open.filter((form) => !states.has(form));
  come.forEach(begin);
  const changed = [...gone, ...come].some(isHalfTyped);
  if (changed || document.querySelector("#panel [data-all-left-open]")) showLeftOpen(gone);
}

// The panel was closed without a request.
document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-panel-close]")) setTimeout(look);
});
document.addEventListener("htmx:after:swap", (event) => {
  const target = event.detail.ctx?.target;
  if (place() && (target?.id === "panel" || target === document.body)) look();
});

// The answer to a form was no page of its own: what was typed is still there.
document.addEventListener("htmx:finally:request", (event) => {
  const form = event.detail.ctx?.sourceElement;
  if (!form?.isConnected || !states.get(form)?.isSent) return;
  states.get(form).isSent = false;
  keepSoon(form);
});

if (place()) {
  open = forms();
  open.forEach(begin);
}
