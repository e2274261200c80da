// The editor of workflow definitions: faults that come while one types mark their inputs, and leaving unsaved work asks.
(() => {
  "use strict";
  let leaving = false;

  const form = () => document.getElementById("editor");

  document.addEventListener("htmx:afterSettle", () => {
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
