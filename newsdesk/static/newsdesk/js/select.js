// Ticked rows: ticking several, and saying how many there are.
import { all, on, one, say } from "./page.js";
const ticks = (root) => all(".row [name=seen]", root);
let last;

function count() {
  // All of a filter: what is loaded shows it, and cannot be taken out one by one.
  if (one(".bulk.whole")) ticks().forEach((it) => (it.checked = it.disabled = true));
  const number = ticks().filter((it) => it.checked).length;
  for (const it of all("[data-count]")) it.textContent = it.dataset.count.replace("{}", number);
}

function changed() {
  count();
  say(one(".bulk b").textContent);
}

export function tick(rows) {
  for (const it of rows) if (it) ticks(it.parentElement).filter((box) => it.contains(box)).forEach((box) => (box.checked = true));
  changed();
}

on("change", ".row [name=seen]", changed);
on("click", ".row [name=seen]", (it, { shiftKey }) => {
  const boxes = ticks();
  const [from, to] = [boxes.indexOf(last), boxes.indexOf(it)].sort((a, b) => a - b);
  if (shiftKey && from >= 0) boxes.slice(from, to).forEach((box) => (box.checked = it.checked));
  last = it;
});
on("keydown", ".row [name=seen]", (it, event) => event.key === "Enter" && event.preventDefault());
on("click", "[data-ticks]", () => tick(all("#rows > .row")));
on("reset", "#bulk-form", () => setTimeout(changed));
on("htmx:afterSettle", "*", count);
if (one(".bulk")) count();
