// Keys press the buttons that carry data-key; data-presses of the help sheet says which.
import { all, on, one } from "./page.js";
const WAITS = 1000; // ms that the first of two keys waits for the second
const PLACES = { Comma: ",<", Period: ".>", Slash: "/?" };
const presses = JSON.parse(one("#keys")?.dataset.presses || "{}");
const mode = document.documentElement.dataset.keys;
let first = "";
let timer;

const writing = (it) => it.matches("textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=range])");
// A row's buttons act for the active row, and those of the bar only while it can be seen: while rows are ticked, then alone.
const acts = (it) => !it.disabled && (it.closest(".row, .bulk") ? it.checkVisibility() && !it.closest(".row:not(.now)") : true);
export const button = (name) => all(`[data-key="${name}"]`).find(acts);

export function press(it) {
  if (!writing(it)) return it.click();
  it.focus();
  it.select();
}

// With Alt, and on layouts without Latin letters, the place of the key counts.
function pressed({ key, code, altKey, shiftKey, ctrlKey, metaKey }) {
  if (altKey || (key.length === 1 && key > "~")) key = PLACES[code]?.[+shiftKey] || code.match(/^(?:Key|Digit)(.)/)?.[1] || key;
  const letter = /^\p{L}$/u.test(key);
  if (letter) key = shiftKey ? key.toUpperCase() : key.toLowerCase();
  if (ctrlKey || metaKey) return `Control+${key}`;
  return letter && shiftKey ? `Shift+${key}` : key;
}

// Where a key means several buttons, the first that can be seen.
function meant(names = "") {
  const found = names.split(" ").map(button).filter(Boolean);
  return names.includes(" ") ? found.find((it) => it.checkVisibility()) : found[0];
}

on("keydown", "*", (target, event) => {
  if (event.isComposing || event.keyCode === 229 || one("dialog[open]")) return;
  const character = event.key.length === 1 && !event.ctrlKey && !event.metaKey;
  if (character ? mode === "off" || event.altKey !== (mode === "alt") : event.altKey) return;
  const key = pressed(event);
  // The browser closes the popover, but leaves the focus in its hidden field for a moment: the next key would be typed there.
  if (key === "Escape" && one(":popover-open")) return target.blur();
  if (writing(target) && presses[key] !== "palette") return key === "Escape" && target.blur();
  if (key === "Enter" && target.closest("a, button, summary, input")) return;
  const both = first ? `${first}_${key}` : key;
  first = "";
  clearTimeout(timer);
  if (both === key && Object.keys(presses).some((it) => it.startsWith(`${key}_`))) {
    first = key;
    timer = setTimeout(() => (first = ""), WAITS);
    return;
  }
  const it = meant(presses[both]);
  if (!it) return;
  event.preventDefault();
  if (!event.repeat || !("decides" in it.dataset)) press(it);
});
