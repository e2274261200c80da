// Keeps the keyboard's place when htmx swaps a part of the page, and takes care of messages that come and go.
(() => {
  "use strict";
  const STAY = 8000;
  let focused = null;

  const lost = () => !document.activeElement || document.activeElement === document.body;

  document.addEventListener("htmx:beforeSwap", () => {
    focused = lost() ? null : document.activeElement.id;
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    armToasts();
    if (focused === null || !lost()) return;
    const region = event.detail.target && event.detail.target.isConnected ? event.detail.target : document;
    const place =
      (focused && document.getElementById(focused)) ||
      region.querySelector("[data-autofocus], [data-row] a") ||
      document.getElementById("main");
    if (place) place.focus({ preventScroll: true });
  });

  document.addEventListener("htmx:responseError", () => say("That did not work. Nothing was changed; please try again."));
  document.addEventListener("htmx:sendError", () => say("TaskHub cannot be reached. Nothing was changed; please try again."));

  // Says something in the live region, with the page's own toast as its shape.
  function say(text) {
    const shape = document.getElementById("toast-shape");
    const region = document.getElementById("toasts");
    if (!shape || !region) return;
    const toast = shape.content.firstElementChild.cloneNode(true);
    toast.querySelector("p").textContent = text;
    region.append(toast);
    armToasts();
  }

  // A toast leaves after a while, but never while someone reads it with pointer or focus.
  function armToasts() {
    for (const toast of document.querySelectorAll(".toast:not([data-armed])")) {
      toast.dataset.armed = "";
      let timer = 0;
      const leave = () => toast.remove();
      const start = () => { timer = setTimeout(leave, STAY); };
      const stop = () => clearTimeout(timer);
      toast.addEventListener("mouseenter", stop);
      toast.addEventListener("focusin", stop);
      toast.addEventListener("mouseleave", start);
      toast.addEventListener("focusout", start);
      start();
    }
  }

  document.addEventListener("click", (event) => {
    const close = event.target.closest("[data-dismiss]");
    if (close) close.closest(".toast").remove();
  });

  // Messages that came with the page are read out only if they enter the live region after it exists.
  document.addEventListener("DOMContentLoaded", () => {
    const region = document.getElementById("toasts");
    if (region) region.append(...region.querySelectorAll(".toast"));
    armToasts();
    const wanted = document.querySelector("[data-autofocus]");
    if (wanted) wanted.focus();
  });
})();
