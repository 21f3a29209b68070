// The queue: J and K move the active row; what it holds is asked of the server.
const rows = () => [...document.querySelectorAll("#rows > .row")];

function activate(row) {
  const old = document.querySelector("#rows > .row.now");
  if (old === row) return;
  if (old) {
    old.classList.remove("now");
    old.removeAttribute("aria-current");
    old.querySelector(".keys")?.remove();
  }
  row.classList.add("now");
  row.setAttribute("aria-current", "true");
  row.querySelector("h3 a").focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
  if (!row.querySelector(".keys")) window.htmx.ajax("GET", row.dataset.row, { target: row, swap: "beforeend" });
}

function move(step) {
  const all = rows();
  const place = all.findIndex((row) => row.classList.contains("now"));
  const row = all[place + step];
  if (row) activate(row);
  else if (step > 0) document.querySelector(".more a")?.click();
}

export function start() {
  document.addEventListener("keydown", (event) => {
    if (!document.querySelector("#rows") || document.querySelector("dialog[open]")) return;
    if (event.ctrlKey || event.metaKey || event.altKey !== (document.documentElement.dataset.keys === "alt")) return;
    if (document.documentElement.dataset.keys === "off" || event.target.matches("input, textarea, select")) return;
    const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    move(step);
  });
  document.addEventListener("focusin", (event) => {
    const row = event.target.closest?.("#rows > .row");
    if (row && event.target.matches("h3 a")) activate(row);
  });
}
