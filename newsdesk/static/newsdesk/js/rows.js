// The queue: one row is active; what it holds is asked of the server.
import { all, focus, on, one } from "./page.js";
import { tick } from "./select.js";

function activate(row) {
  const old = one("#rows > .row.now");
  if (old === row) return;
  old?.classList.remove("now");
  if (old) old.ariaCurrent = null;
  one(".row > .keys")?.remove();
  row.classList.add("now");
  row.ariaCurrent = true;
  focus(one("h3 a", row));
  row.scrollIntoView({ block: "nearest" });
  window.htmx.ajax("GET", row.dataset.row, { target: row, swap: "beforeend" });
}

on("click", "[data-moves]", ({ dataset }) => {
  const rows = all("#rows > .row");
  const row = rows[rows.findIndex((it) => it.matches(".now")) + +dataset.moves];
  if ("extends" in dataset) tick([one("#rows > .row.now"), row]);
  if (row) activate(row);
  else if (dataset.moves > 0) one(".more a")?.click();
});
on("focusin", "#rows > .row h3 a", (link) => activate(link.closest(".row")));
