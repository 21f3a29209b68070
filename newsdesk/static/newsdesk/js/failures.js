// What went wrong on the way is said where toasts are; the page stays as it was.
function tell(name) {
  const words = document.getElementById(name)?.content.cloneNode(true);
  if (words) document.querySelector("#dock")?.replaceChildren(words);
}

export function start() {
  document.addEventListener("htmx:sendError", () => tell("unreachable"));
  document.addEventListener("htmx:timeout", () => tell("unreachable"));
  document.addEventListener("htmx:responseError", () => tell("failed"));
}
