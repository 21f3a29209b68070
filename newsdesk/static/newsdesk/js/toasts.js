// Toasts. How long one stays is the style sheet's: the end of its animation ends the toast.
import { all, made, on, one, say, words } from "./page.js";

// Of the two that the page holds ready, "done" takes the place of an older one, "told" stays until it is dismissed.
export function toast(kind, text, name = "", undoes = "") {
  const it = made(`#toast-${kind}`);
  one("[data-words]", it).textContent = text;
  one("b", it).textContent = name;
  const undo = one("[data-undoes]", it);
  if (undoes) undo.dataset.undoes = undoes;
  else undo?.remove();
  if (kind === "done") all(".toast.done").forEach((old) => old.remove());
  one("#dock").append(it);
}

function speak() {
  const shown = one(".toast.done span");
  if (shown) say(`${shown.textContent} ${words().spoken || ""}`);
}
speak();
on("htmx:afterSwap", "#main", speak);
on("animationend", ".toast.done", (it) => it.remove());
on("click", "[data-dismisses]", (it) => it.closest(".toast").remove());
