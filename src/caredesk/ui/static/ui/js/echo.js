// A date or time is said back in words under its field, as the server understood it.
//   <input data-echo="/echo/" data-kind="date" data-zone="America/Phoenix" aria-describedby="id_day_echo">
// Where one chooses a site in the same form, the zone of the chosen <option data-zone="…"> counts.

const PAUSE = 200;
const waiting = new WeakMap();
const asked = new WeakMap();

const placeOf = (input) => document.getElementById(`${input.id}_echo`);

const zoneOf = (input) =>
  input.form?.querySelector("option:checked[data-zone]")?.dataset.zone ?? input.dataset.zone ?? "";

async function ask(input) {
  const place = placeOf(input);
  const text = input.value.trim();
  if (!place) return;
  if (!text) return place.replaceChildren();
  const turn = (asked.get(input) ?? 0) + 1;
  asked.set(input, turn);
  const body = new URLSearchParams({
    text,
    kind: input.dataset.kind ?? "date",
    zone: zoneOf(input),
    csrfmiddlewaretoken: input.form?.elements.csrfmiddlewaretoken?.value ?? "",
  });
  const answer = await fetch(input.dataset.echo, { method: "POST", body, headers: { "HX-Request": "true" } }).catch(() => null);
  if (asked.get(input) !== turn || !answer?.ok) return;
  place.textContent = await answer.text();
}

document.addEventListener("input", (event) => {
  const input = event.target;
  if (!input.matches?.("[data-echo]")) return;
  clearTimeout(waiting.get(input));
  waiting.set(input, setTimeout(() => ask(input), PAUSE));
});

document.addEventListener("change", (event) => {
  if (!event.target.querySelector?.("option[data-zone]")) return;
  for (const input of event.target.form?.querySelectorAll("[data-echo]") ?? []) ask(input);
});
