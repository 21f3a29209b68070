// Small behaviours, each tied to an attribute.
import { focus, on, one, say } from "./page.js";

on("click", "[data-opens]", (it, event) => {
  event.preventDefault();
  one(`#${it.dataset.opens}`).showModal();
});
on("click", "[data-focuses]", (it) => (it.ariaPressed = document.body.classList.toggle("focus-mode")));
on("desk:chosen", "[type=search]", (it, { detail }) => {
  it.value = detail;
  it.dispatchEvent(new Event("input", { bubbles: true }));
});
on("click", "[data-says]", (it) => say(it.dataset.says));
on("click", "[data-copies-link]", () => {
  navigator.clipboard?.writeText(location.href);
  say(one("#live").dataset.copied);
});
on("change", "[data-submits]", (it) => it.form.requestSubmit());
on("toggle", ".video[open]", (it) => (one("iframe", it).src ||= one("iframe", it).dataset.src));
on("error", ".thumb img, .lead img", (it) => it.remove());
// After a press the focus goes to what is told, to what is active now, or to the headline; but not from whoever went on meanwhile.
let there;
on("htmx:afterSwap", "*", () => (there = document.activeElement));
on("htmx:afterSettle", "*", (it, { detail }) => {
  if (detail.requestConfig?.verb === "post" && document.activeElement === there) focus(one("#told, #rows > .row.now h3 a, #hd"));
});
on("htmx:sendError", "*", () => say(one("#live").dataset.unreachable));
