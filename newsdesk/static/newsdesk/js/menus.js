// What opens and closes: dialogs, menus, the filter panel; and the small buttons beside them.
const OPEN = "details[data-menu][open]";
const panel = () => document.querySelector("#filter-panel");

function close(event) {
  if (event.key !== "Escape") return;
  const menu = document.querySelector(OPEN);
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (panel()?.childElementCount) {
    panel().replaceChildren();
    document.querySelector(".filterbox a").focus();
  } else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

function click(event) {
  const target = event.target;
  for (const menu of document.querySelectorAll(OPEN)) if (!menu.contains(target)) menu.open = false;
  const opener = target.closest("[data-opens]");
  if (opener) {
    event.preventDefault();
    document.getElementById(opener.dataset.opens).showModal();
  }
  if (target.closest("[data-closes]")) target.closest("dialog").close();
  if (target.closest("[data-closes-panel]") && panel()) {
    event.preventDefault();
    panel().replaceChildren();
  }
  if (target.closest("[data-hides-tape]")) document.querySelector(".review").classList.toggle("focused");
  if (target.closest("[data-copies-link]")) {
    navigator.clipboard?.writeText(location.href);
    document.querySelector("#live").textContent = "Link copied.";
  }
}

export function start() {
  document.addEventListener("keydown", close, true);
  document.addEventListener("click", click);
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submits]")) event.target.form.requestSubmit();
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target === panel()) panel().querySelector("input, select")?.focus();
  });
}
