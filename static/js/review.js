// Reviewing by keyboard: Enter confirms a field and goes to the next one, behind the last to the button that completes.
// Only there does Enter send the form, so that nobody completes a document whose fields they have not passed.
(() => {
  "use strict";

  const INPUTS = "input:not([type=hidden], [type=file]), select";
  const fields = (form) => [...form.querySelectorAll("[data-question]")].filter((each) => each.getClientRects().length);

  function inputOf(field) {
    return field.querySelector("input:checked") || field.querySelector("input:not([type=hidden]), select, textarea");
  }

  function focus(input) {
    input.focus();
    if (input.select) input.select();
    input.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.defaultPrevented || event.isComposing) return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const form = event.target.closest("form[data-review]");
    const field = form && event.target.closest("[data-question]");
    if (!field || !event.target.matches(`${INPUTS}, textarea`)) return;
    event.preventDefault();
    field.classList.add("is-confirmed");
    const all = fields(form);
    const next = all[all.indexOf(field) + 1];
    if (next) focus(inputOf(next));
    else form.querySelector("[data-completes]").focus();
  });

  // The form is where the work is: whoever comes from the document before goes on at once.
  document.addEventListener("DOMContentLoaded", () => {
    const form = document.querySelector("form[data-review]");
    if (!form || document.querySelector("[data-autofocus]")) return;
    const first = fields(form)[0];
    if (first) focus(inputOf(first));
    else form.querySelector("[data-completes]").focus();
  });
})();
