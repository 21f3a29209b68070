// Small behaviours, each tied to an attribute.
function focusAfter(event) {
  const main = document.querySelector("#main");
  if (!main?.dataset.title && !main?.querySelector("#rows")) return;
  if (main.dataset.title) document.title = main.dataset.title;
  const asked = event.detail.requestConfig?.verb === "post" ? event.detail.requestConfig.path : "";
  const told = document.querySelector("#told");
  const active = document.querySelector("#rows > .row.now h3 a");
  const target = told || document.querySelector("#hd") || active;
  if (!asked || !target) return;
  if (told) told.tabIndex = -1;
  target.focus({ preventScroll: true });
}

function fallBack(event) {
  const image = event.target;
  if (image.tagName === "IMG" && image.closest(".thumb, .lead")) image.remove();
}

export function start() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) {
      event.preventDefault();
      document.getElementById(opener.dataset.opens).showModal();
    }
    if (event.target.closest("[data-closes]")) event.target.closest("dialog").close();
    const copier = event.target.closest("[data-copies-link]");
    if (copier) {
      navigator.clipboard?.writeText(location.href);
      document.querySelector("#live").textContent = "Link copied.";
    }
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submits]")) event.target.form.requestSubmit();
    if (event.target.matches("input[name=add]") && event.target.value) event.target.form.querySelector("[data-saves]").click();
  });
  document.addEventListener("toggle", (event) => {
    const frame = event.target.open && event.target.querySelector?.("iframe[data-src]");
    if (frame && !frame.src) frame.src = frame.dataset.src;
  }, true);
  document.addEventListener("error", fallBack, true);
  document.addEventListener("keydown", (event) => {
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.target.matches("input, textarea, select");
    if (plain && event.key === "f" && document.body.classList.contains("rev")) document.body.classList.toggle("focus-mode");
  });
  document.addEventListener("htmx:afterSettle", focusAfter);
  document.addEventListener("htmx:sendError", () => {
    const live = document.querySelector("#live");
    live.textContent = "Could not reach the desk. Nothing is lost: try again.";
  });
}
