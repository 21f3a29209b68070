// A combobox with a listbox, after the APG; htmx brings the options. A search is sent as it is typed unless one is chosen.
import { all, on, one } from "./page.js";
import { button, press } from "./keys.js";
const list = (input) => one(`#${input.getAttribute("aria-controls")}`);
const active = (input) => one("[aria-selected=true]", list(input));
const options = (input) => all("[role=option]:not([hidden])", list(input));

function point(input, option) {
  for (const it of options(input)) it.ariaSelected = it === option;
  option?.scrollIntoView({ block: "nearest" });
  input.setAttribute("aria-activedescendant", option?.id || "");
}

function open(input, yes) {
  list(input).hidden = !yes;
  input.ariaExpanded = yes;
  point(input, yes && input.value && input.type !== "search" ? options(input)[0] : null);
}

// A command presses its button, a place is gone to, and a value is the field's own matter.
function take(input, option) {
  const { name, value, to } = option.dataset;
  input.value = "";
  open(input, false);
  input.closest("dialog")?.close();
  if (name) press(button(name));
  else if (to) location.assign(to);
  else input.dispatchEvent(new CustomEvent("desk:chosen", { detail: value }));
}

on("focusout", "[role=combobox]", (input) => open(input, false));
on("htmx:afterSwap", "[role=listbox]", (found) => {
  const input = one(`[aria-controls=${found.id}]`);
  all("[data-name]", found).forEach((it) => (it.hidden = !button(it.dataset.name)));
  if (document.activeElement === input) open(input, options(input).length > 0);
});
on("keydown", "[role=combobox]", (input, event) => {
  const step = { ArrowDown: 1, ArrowUp: -1, Enter: 0 }[event.key];
  const now = active(input);
  const found = options(input);
  if (event.isComposing || step === undefined || (!step && !now && input.type === "search")) return;
  event.preventDefault();
  if (!step) return now && take(input, now);
  list(input).hidden = false;
  point(input, found.at(now || step > 0 ? (found.indexOf(now) + step) % found.length : -1));
});
on("mousedown", "[role=option]", (option, event) => event.preventDefault());
on("click", "[role=option]", (option) => take(one(`[aria-controls=${option.parentElement.id}]`), option));
