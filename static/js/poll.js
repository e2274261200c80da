// Asks whether something is new: often after activity, then seldom, never while the page is hidden.
// Elements take part with hx-trigger="th:tick from:body"; what they swap never holds a field someone could be typing in.
(() => {
  "use strict";
  const QUICK = 5000;
  const QUICK_TIMES = 12;
  const SLOW = 25000;
  let ticks = 0;
  let timer = 0;

  function schedule() {
    clearTimeout(timer);
    if (document.visibilityState === "visible") timer = setTimeout(tick, ticks < QUICK_TIMES ? QUICK : SLOW);
  }

  function tick() {
    ticks += 1;
    document.body.dispatchEvent(new CustomEvent("th:tick"));
    schedule();
  }

  function active() {
    const slow = ticks >= QUICK_TIMES;
    ticks = 0;
    if (slow) schedule();
  }

  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") tick();
    else clearTimeout(timer);
  });
  document.addEventListener("click", active);
  document.addEventListener("keydown", active);
  schedule();
})();
