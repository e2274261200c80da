// The editor of workflow definitions: faults that come while one types mark their inputs, and leaving unsaved work asks.
(() => {
  "use strict";
  let leaving = false;
  let looking = null;

  const form = () => document.getElementById("editor");

  // A diagram that is drawn again is looked at as before.
  document.addEventListener("htmx:beforeSwap", () => {
    const scroll = document.getElementById("draft-scroll");
    const zoom = document.querySelector("[name=draft-zoom]:checked");
    looking = scroll && zoom && { left: scroll.scrollLeft, top: scroll.scrollTop, zoom: zoom.value };
  });

  document.addEventListener("htmx:afterSettle", () => {
    const scroll = document.getElementById("draft-scroll");
    if (scroll && looking) {
      const zoom = document.querySelector(`[name=draft-zoom][value="${looking.zoom}"]`);
      if (zoom) zoom.checked = true;
      scroll.scrollTo(looking.left, looking.top);
    }
    for (const note of document.querySelectorAll("#editor .field__error[id$=_error]")) {
      const input = document.getElementById(note.id.replace(/_error$/, ""));
      if (!input || !input.matches("input, select, textarea")) continue;
      if (note.hidden) input.removeAttribute("aria-invalid");
      else input.setAttribute("aria-invalid", "true");
    }
  });

  document.addEventListener("input", (event) => {
    if (event.target.form && event.target.form === form()) form().dataset.changed = "";
  });
  document.addEventListener("submit", () => { leaving = true; });
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    leaving = event.detail.xhr.getResponseHeader("HX-Redirect") !== null;
  });
  window.addEventListener("beforeunload", (event) => {
    if (form() && "changed" in form().dataset && !leaving) event.preventDefault();
  });
})();
