// Keys press the elements that carry data-press. Safe in fields and dialogs, with modifiers, IME and auto-repeat.
const FIRST_WAITS = 1000; // ms that the first of two keys waits for the second
const handlers = new Map(); // press -> function that says whether it acted
let first = "";
let timer = 0;
let busy = false; // an answer is on its way
let deciding = false; // and it is a decision's
let waiting = []; // what was pressed meanwhile, for the page that comes

const mode = () => document.documentElement.dataset.keys || "on";
const writing = (node) =>
  node.isContentEditable || (/^(INPUT|TEXTAREA|SELECT)$/.test(node.tagName) && !/^(checkbox|radio|button|submit|range)$/.test(node.type));

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
    element.select?.();
  } else if (element.matches("summary")) {
    element.parentElement.open = true;
    element.parentElement.querySelector("button, a, input, select")?.focus();
  } else {
    element.click();
  }
}

// An open menu comes first; in the queue only the active row listens; what is folded away does not.
function find(press) {
  const all = [...document.querySelectorAll(`[data-press="${CSS.escape(press)}"]`)].filter(
    (one) =>
      !one.disabled &&
      (one.closest(".now") || !one.closest(".row")) &&
      (one.matches("summary") || !one.closest("details:not([open])")),
  );
  return all.find((one) => one.closest("[data-menu]") && !one.matches("summary")) || all[0];
}

function press(keys, repeated) {
  const handler = handlers.get(keys);
  if (handler?.()) return true;
  const element = find(keys);
  if (!element) return false;
  if (!repeated || element.hasAttribute("data-repeats")) act(element);
  return true;
}

function together(keys) {
  const both = first ? `${first} ${keys}` : keys;
  first = "";
  clearTimeout(timer);
  if (both !== "g") return both;
  first = "g";
  timer = setTimeout(() => (first = ""), FIRST_WAITS);
  return "";
}

function handle(event) {
  if (event.defaultPrevented || event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey) return;
  const isEscape = event.key === "Escape";
  if (!isEscape && (mode() === "off" || event.altKey !== (mode() === "alt"))) return;
  if (document.querySelector("dialog[open]")) return;
  if (writing(event.target)) {
    if (isEscape) event.target.blur();
    return;
  }
  const keys = pressed(event);
  // Enter and Space belong to what has the focus.
  if ((keys === "Enter" || keys === " ") && event.target.closest("a, button, summary")) return;
  const both = together(keys);
  if (!both) return;
  if (busy) {
    if (find(both)) event.preventDefault();
    if (!deciding && !event.repeat) waiting.push(both);
    return;
  }
  if (press(both, event.repeat)) event.preventDefault();
}

// While a change is on its way, keys wait for its answer; while a decision is, they are dropped: nobody decides unseen.
function sent(event) {
  if (event.detail.requestConfig.verb !== "post") return;
  busy = true;
  deciding = Boolean(event.detail.requestConfig.triggeringEvent?.submitter?.hasAttribute("data-decides"));
}

function answered() {
  if (!busy) return;
  busy = deciding = false;
  while (waiting.length && !busy) press(waiting.shift(), false);
}

/** Let a function act on a key before the buttons do. It returns whether it acted. */
export function listen(keys, handler) {
  handlers.set(keys, handler);
}

export function start() {
  document.addEventListener("keydown", handle);
  document.addEventListener("htmx:beforeRequest", sent);
  document.addEventListener("htmx:afterRequest", answered);
}
