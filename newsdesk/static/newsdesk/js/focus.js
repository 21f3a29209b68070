// After an answer has changed the review, the page's title follows and the focus goes to what is new.
function follow(event) {
  const main = document.querySelector("#main");
  if (main?.dataset.title) document.title = main.dataset.title;
  if (event.detail.target?.id !== "main" || !main?.matches(".review")) return;
  const told = document.querySelector("#told");
  (told || document.querySelector("#hd"))?.focus({ preventScroll: true });
}

export function start() {
  document.addEventListener("htmx:afterRequest", follow);
}
