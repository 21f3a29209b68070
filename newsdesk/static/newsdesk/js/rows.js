// The queue's list: one row is active. J and K move it; what a row holds unfolded is asked of the server.
import { listen } from "./keys.js";

const ROW = "#rows > .row";
let before = null; // the row that was active when a form was sent

const current = () => document.querySelector(`${ROW}.now`);

function neighbour(row, step) {
  const all = [...document.querySelectorAll(ROW)];
  return all[all.indexOf(row) + step];
}

function fold(row) {
  row.classList.remove("now");
  row.removeAttribute("aria-current");
  row.querySelector(".keys")?.remove();
}

function show(row) {
  row.querySelector("h3 a").focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function activate(row) {
  const old = current();
  if (old === row) return;
  if (old) fold(old);
  row.classList.add("now");
  row.setAttribute("aria-current", "true");
  show(row);
  if (!row.querySelector(".keys")) window.htmx.ajax("GET", row.dataset.row, { source: row, target: row, swap: "beforeend" });
}

function move(step) {
  if (!document.querySelector(ROW)) return false;
  const row = neighbour(current(), step);
  if (row) activate(row);
  else if (step > 0) document.querySelector("#rows .more a")?.click();
  return true;
}

// The server is told which rows the page has, so that it can answer with the one that comes next.
function name(event) {
  const form = event.detail.elt.closest("form");
  if (form?.elements.from?.value !== "queue") return;
  before = current();
  event.detail.parameters.current = before?.id || "";
  event.detail.parameters.following = (before && (neighbour(before, 1) || neighbour(before, -1)))?.id || "";
}

function settle(event) {
  if (!document.querySelector(ROW)) return;
  const active = [...document.querySelectorAll(`${ROW}.now`)];
  if (active.length > 1 && before) fold(before);
  before = null;
  if (event.detail.requestConfig.verb === "post" && current()) show(current());
  else if (event.detail.elt.closest?.(".more") || event.detail.target?.matches?.(".more")) activate(neighbour(current(), 1));
}

export function start() {
  for (const keys of ["j", "ArrowDown"]) listen(keys, () => move(1));
  for (const keys of ["k", "ArrowUp"]) listen(keys, () => move(-1));
  document.addEventListener("htmx:configRequest", name);
  document.addEventListener("htmx:afterRequest", settle);
  document.addEventListener("focusin", (event) => {
    const row = event.target.closest?.(ROW);
    if (row && event.target.matches("h3 a")) activate(row);
  });
}
