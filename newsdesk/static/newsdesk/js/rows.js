// The queue: one row is active; what it holds is asked of the server, and for the next rows ahead.
import { all, focus, on, one } from "./page.js";
import { tick } from "./select.js";
const AHEAD = 3; // rows whose keys are there before they are
const keys = new WeakMap(); // row -> promise of what it unfolds to
export const rows = () => all("#rows > .row");

// What was learned of an article counts more than what was asked for earlier.
export function renew(row, version = row.dataset.version || 0) {
  row.dataset.version = version;
  for (const it of all("[name=version]", row)) it.value = Math.max(it.value, version);
}

// What a row unfolds to is asked for anew, at once where it is unfolded.
export function forget(row) {
  keys.delete(row);
  one(".keys", row)?.remove();
  if (!row.matches(".now")) return;
  row.classList.remove("now");
  activate(row);
}

function fetched(row) {
  if (!keys.has(row)) {
    const asked = fetch(row.dataset.row, { cache: "no-store", headers: { "HX-Request": "true", Purpose: "prefetch" } });
    const found = asked.then(async (answer) => new DOMParser().parseFromString(await answer.text(), "text/html").body.firstElementChild);
    found.catch(() => keys.delete(row));
    keys.set(row, found);
  }
  return keys.get(row);
}

export async function activate(row) {
  const old = one("#rows > .row.now");
  if (old === row) return;
  const left = one("#rows > .row > .keys");
  if (left) keys.set(left.parentElement, Promise.resolve(left));
  left?.remove();
  old?.classList.remove("now");
  if (old) old.ariaCurrent = null;
  row.classList.add("now");
  row.ariaCurrent = true;
  focus(one("h3 a", row));
  row.scrollIntoView({ block: "nearest" });
  const found = one(".keys", row) || (await fetched(row).catch(() => 0));
  if (found && row.matches(".now")) {
    row.append(found);
    renew(row);
  }
  ahead(row);
}

function ahead(row) {
  const all = rows();
  const place = all.indexOf(row) + 1;
  for (const next of all.slice(place, place + AHEAD)) fetched(next).catch(() => 0);
}

on("click", "[data-moves]", ({ dataset }) => {
  const found = rows();
  const row = found[found.findIndex((it) => it.matches(".now")) + +dataset.moves];
  if ("extends" in dataset) tick([one("#rows > .row.now"), row]);
  if (row) activate(row);
  else if (dataset.moves > 0) one(".more a")?.click();
});
on("focusin", "#rows > .row h3 a", (link) => activate(link.closest(".row")));
if (one("#rows > .row.now")) ahead(one("#rows > .row.now"));
