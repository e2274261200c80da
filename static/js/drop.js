// Files may be dropped anywhere on an upload's form; while they are on their way, the form says how far they are.
(() => {
  "use strict";

  const formOf = (event) => event.target.closest && event.target.closest("form[data-upload]");
  const hasFiles = (event) => [...event.dataTransfer.types].includes("Files");

  for (const kind of ["dragenter", "dragover"])
    document.addEventListener(kind, (event) => {
      const form = formOf(event);
      if (!form || !hasFiles(event)) return;
      event.preventDefault();
      form.classList.add("is-over");
    });

  document.addEventListener("dragleave", (event) => {
    const form = formOf(event);
    if (form && !form.contains(event.relatedTarget)) form.classList.remove("is-over");
  });

  document.addEventListener("drop", (event) => {
    const form = formOf(event);
    if (!form || !hasFiles(event)) return;
    event.preventDefault();
    form.classList.remove("is-over");
    const field = form.querySelector("[data-drop]");
    field.files = event.dataTransfer.files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
    field.focus();
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-upload]") || event.defaultPrevented) return;
    const field = form.querySelector("[data-drop]");
    if (!field.files.length) return;
    event.preventDefault();
    send(form);
  });

  // Sent as the form itself would be, with its progress to be seen; where it leads is where the answer came from.
  function send(form) {
    const box = form.querySelector("[data-progress]");
    const bar = box.querySelector("progress");
    const words = box.querySelector("[data-sent]");
    const request = new XMLHttpRequest();
    box.hidden = false;
    request.open("POST", form.action);
    request.responseType = "document";
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      bar.value = (event.loaded / event.total) * 100;
      words.textContent = event.loaded < event.total ? `${Math.floor(bar.value)} %` : "Received; being kept…";
    });
    request.addEventListener("load", () => arrived(form, request));
    request.addEventListener("error", () => failed(form, words));
    request.send(new FormData(form));
  }

  // An answer in place of the form (something was refused) is shown as the page; a redirect has been followed already.
  function arrived(form, request) {
    const answer = request.response;
    if (request.status < 400) {
      location.assign(request.responseURL);
      return;
    }
    const main = answer && answer.getElementById("main");
    if (!main) return failed(form, form.querySelector("[data-sent]"));
    document.title = answer.title;
    document.getElementById("main").replaceWith(document.adoptNode(main));
    const wanted = document.querySelector("#main [data-autofocus]");
    if (wanted) wanted.focus();
    if (window.htmx) window.htmx.process(document.getElementById("main"));
  }

  function failed(form, words) {
    words.textContent = "That did not work. Nothing was kept; please try again.";
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  }
})();
