// Runs before the first paint: the panel's remembered width, so that nothing jumps.
try {
  const width = Number(localStorage.getItem("caredesk.panel-width"));
  if (width >= 320 && width <= 960) {
    document.documentElement.style.setProperty("--panel-width", `${width}px`);
  }
} catch {
  // Storage may be forbidden; the width is then the usual one.
}
