// A date or time is said back in words under its field, as the server understood it. Once the
// field is left, what cannot be read says why.
//   <input data-echo="/echo/" data-kind="date" data-zone="America/Phoenix" aria-describedby="id_day_echo">
// Where one chooses a site in the same form, the zone of the chosen <option data-zone="…"> counts.

const PAUSE = 200;
const waiting = new WeakMap();
const asked = new WeakMap();

const placeOf = (input) => document.getElementById(`${input.id}_echo`);

const zoneOf = (input) =>
  input.form?.querySelector("option:checked[data-zone]")?.dataset.zone ?? input.dataset.zone ?? "";

// A form that only asks (method="get") has no token of its own.
const tokenOf = (input) =>
  (input.form?.elements.csrfmiddlewaretoken ?? document.querySelector("[name=csrfmiddlewaretoken]"))?.value ?? "";

function say(input, place, words, isWrong) {
  place.textContent = words;
  place.classList.toggle("wrong", isWrong);
  if (isWrong) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
}

async function ask(input, isLeft = false) {
  const place = placeOf(input);
  const text = input.value.trim();
  if (!place) return;
  const turn = (asked.get(input) ?? 0) + 1;
  asked.set(input, turn);
  if (!text) return say(input, place, "", false);
  const body = new URLSearchParams({
    text,
    kind: input.dataset.kind ?? "date",
    zone: zoneOf(input),
    csrfmiddlewaretoken: tokenOf(input),
  });
  if (isLeft) body.set("left", "1");
  const answer = await fetch(input.dataset.echo, { method: "POST", body, headers: { "HX-Request": "true" } }).catch(() => null);
  if (asked.get(input) !== turn || !answer?.ok) return;
  say(input, place, await answer.text(), answer.headers.has("Caredesk-Wrong"));
}

document.addEventListener("input", (event) => {
  const input = event.target;
  if (!input.matches?.("[data-echo]")) return;
  clearTimeout(waiting.get(input));
  waiting.set(input, setTimeout(() => ask(input), PAUSE));
});

document.addEventListener("change", (event) => {
  if (event.target.matches?.("[data-echo]")) {
    clearTimeout(waiting.get(event.target));
    ask(event.target, true);
  }
  if (!event.target.querySelector?.("option[data-zone]")) return;
  for (const input of event.target.form?.querySelectorAll("[data-echo]") ?? []) ask(input, true);
});
