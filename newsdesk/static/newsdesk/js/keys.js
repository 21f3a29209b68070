// Keys press the buttons that carry data-press. Safe in fields and dialogs, with modifiers, IME and auto-repeat.
const FIRST_WAITS = 1000; // ms that the first of two keys waits for the second
let first = "";
let timer = 0;

const mode = () => document.documentElement.dataset.keys || "on";
const writing = (node) =>
  node.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(node.tagName) && !/^(checkbox|radio|button|submit|range)$/.test(node.type);

// With Alt, and on layouts without Latin letters, the place of the key counts.
function named(event) {
  const latin = /^[\x20-\x7e]$/.test(event.key);
  if ((event.altKey || (event.key.length === 1 && !latin)) && /^(Key|Digit)/.test(event.code)) {
    const letter = event.code.replace(/^(Key|Digit)/, "");
    return event.shiftKey ? letter : letter.toLowerCase();
  }
  return event.key;
}

function pressed(event) {
  const key = named(event);
  return event.shiftKey && /^[A-Za-z]$/.test(key) ? `Shift ${key.toUpperCase()}` : key;
}

function act(element) {
  if (element.matches("input, select, textarea")) {
    element.focus();
    if (element.select) element.select();
  } else if (element.matches("summary")) {
    element.parentElement.open = true;
    const inner = element.parentElement.querySelector("select, input, button");
    if (inner) inner.focus();
  } else if (element.matches("button, a")) {
    element.click();
  }
}

function find(press) {
  const all = [...document.querySelectorAll(`[data-press="${CSS.escape(press)}"]`)];
  return all.find((one) => !one.disabled && (one.closest(".now") || !one.closest(".row"))) || null;
}

function handle(event) {
  if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey) return;
  if (mode() === "off" && event.key !== "Escape") return;
  if (event.altKey !== (mode() === "alt") && event.key !== "Escape") return;
  if (document.querySelector("dialog[open]")) return;
  if (writing(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const press = pressed(event);
  // Enter and Space belong to what has the focus.
  if (press === "Enter" && event.target.closest("a, button, summary")) return;
  const both = first ? `${first} ${press}` : press;
  first = "";
  clearTimeout(timer);
  if (press === "g" && both === "g") {
    first = "g";
    timer = setTimeout(() => (first = ""), FIRST_WAITS);
    return;
  }
  const opened = document.querySelector(".reasons[open] select");
  if (opened && press === "Escape") {
    opened.closest("details").open = false;
    event.preventDefault();
    return;
  }
  const element = find(both);
  if (!element) return;
  event.preventDefault();
  if (event.repeat && element.hasAttribute("data-decides")) return;
  act(element);
}

export function listen() {
  document.addEventListener("keydown", handle);
}
