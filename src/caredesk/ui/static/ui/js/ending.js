// What ends by itself: <p data-ends-in="173">Held until …</p><p hidden>Not held any more …</p>
// After so many seconds the first makes way for the second. Counted, as the demo's clock is another.
// <p data-ends-in="173" data-then-reload>: what the whole page shows may be seen no longer.

const ends = new WeakMap();

function tick() {
  for (const lasting of document.querySelectorAll("[data-ends-in]:not([hidden])")) {
    if (!ends.has(lasting)) ends.set(lasting, Date.now() + lasting.dataset.endsIn * 1000);
    if (Date.now() < ends.get(lasting)) continue;
    lasting.hidden = true;
    if (lasting.hasAttribute("data-then-reload")) location.reload();
    if (lasting.nextElementSibling) lasting.nextElementSibling.hidden = false;
  }
}

document.addEventListener("htmx:after:swap", tick);
setInterval(tick, 1000);
tick();
