// Small kindnesses for forms: no double submit, copy buttons, the browser's time zone as a suggestion.
(() => {
  "use strict";

  // A second click while the first is on its way does nothing. The server holds this too, by the task's version.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method === "get" || form.method === "dialog" || form.hasAttribute("hx-post")) return;
    if ("again" in form.dataset) return; // a file comes back, and the page stays
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    if (event.submitter) event.submitter.setAttribute("aria-busy", "true");
  });

  // Back shows the form as it was sent; it may be sent again.
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
    for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  });

  document.addEventListener("click", async (event) => {
    const copy = event.target.closest("[data-copy]");
    if (copy) {
      await navigator.clipboard.writeText(copy.dataset.copy);
      copy.querySelector("[data-said]").textContent = "Copied";
    }
    const zone = event.target.closest("[data-zone-for]");
    if (zone) document.getElementById(zone.dataset.zoneFor).value = zone.dataset.zone;
  });

  // A password may be read while it is typed; it is hidden again before it is sent.
  document.addEventListener("click", (event) => {
    const reveal = event.target.closest("[data-reveals]");
    if (!reveal) return;
    const field = document.getElementById(reveal.dataset.reveals);
    const shown = field.type === "password";
    field.type = shown ? "text" : "password";
    reveal.setAttribute("aria-pressed", String(shown));
  });

  document.addEventListener("submit", (event) => {
    for (const reveal of event.target.querySelectorAll("[data-reveals]"))
      document.getElementById(reveal.dataset.reveals).type = "password";
  });

  // A long list of checkboxes is narrowed by what is typed above it; what is ticked stays in sight.
  document.addEventListener("input", (event) => {
    const list = document.getElementById(event.target.dataset.filters || "");
    if (!list) return;
    const wanted = event.target.value.trim().toLowerCase();
    for (const label of list.querySelectorAll("label"))
      label.hidden = !label.textContent.toLowerCase().includes(wanted) && !label.querySelector(":checked");
  });

  // Offers the browser's zone; never writes it over a stored one.
  for (const offer of document.querySelectorAll("[data-zone-for]")) {
    const field = document.getElementById(offer.dataset.zoneFor);
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const known = [...field.options].some((option) => option.value === zone);
    if (known && field.value !== zone) {
      offer.dataset.zone = zone;
      offer.querySelector("span").textContent = `this browser's zone, ${zone.replaceAll("_", " ")}`;
      offer.hidden = false;
    }
  }
})();
