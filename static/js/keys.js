// Single-key shortcuts. The page says what a key does: aria-keyshortcuts="c" on the control that `c` presses or focuses,
// with data-focus-only it is only focused; data-go="i" on the link that `g` then `i` follows. No key submits what cannot be undone: such controls carry none.
(() => {
  "use strict";
  const SEQUENCE = 1200;
  let goUntil = 0;

  const typing = (element) =>
    element.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]") !== null;
  const visible = (element) => element.getClientRects().length > 0;
  const first = (selector) => [...document.querySelectorAll(selector)].find(visible);

  function press(control) {
    if (!control) return false;
    if (typing(control) || "focusOnly" in control.dataset) {
      control.focus();
      if (control.select) control.select();
    } else {
      control.focus();
      control.click();
    }
    return true;
  }

  // j and k: along the rows of a list, or along the tasks of the view when a task is open.
  function step(by) {
    const rows = [...document.querySelectorAll("[data-row] a.row__title")].filter(visible);
    if (!rows.length) return press(first(by > 0 ? 'a[rel~="next"]' : 'a[rel~="prev"]'));
    const at = rows.findIndex((row) => row.closest("[data-row]").contains(document.activeElement));
    const next = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + by, 0), rows.length - 1)];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
    return true;
  }

  function help() {
    const dialog = document.getElementById("keys-help");
    if (!dialog) return false;
    if (dialog.open) dialog.close();
    else dialog.showModal();
    return true;
  }

  function back() {
    return press(first("[data-back]"));
  }

  const BUILT_IN = {
    j: () => step(1),
    k: () => step(-1),
    o: () => document.activeElement.matches("a.row__title") && press(document.activeElement),
    Escape: back,
    "?": help,
  };

  function handle(key) {
    if (Date.now() < goUntil) {
      goUntil = 0;
      return press(first(`[data-go="${CSS.escape(key)}"]`));
    }
    if (key === "g") {
      goUntil = Date.now() + SEQUENCE;
      return true;
    }
    if (BUILT_IN[key]) return BUILT_IN[key]();
    return press(first(`[aria-keyshortcuts~="${CSS.escape(key)}"]`));
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.altKey) return;
    const target = event.target;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && target.form) {
      event.preventDefault();
      target.form.requestSubmit();
      return;
    }
    if (event.ctrlKey || event.metaKey) return;
    if (event.key === "Escape" && typing(target)) return target.blur();
    if (typing(target) || document.querySelector("dialog[open], [popover]:popover-open")) return;
    if (document.body.dataset.keys === "off" && event.key !== "?") return;
    if (handle(event.key)) event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-help]")) help();
  });
})();
