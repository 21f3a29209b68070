// A row of the queue is decided where it is: it goes at once, its act goes out behind it; Undo, or trouble, brings it back.
import { all, on, one, say, words } from "./page.js";
import { act } from "./judge.js";
import { hear, kept, put } from "./outbox.js";
import { activate, forget, renew, rows } from "./rows.js";
import { toast } from "./toasts.js";
const FEW = 10; // rows that are left when more are asked for
const DEEP = 50; // acts that Undo goes back here
const mine = []; // what Undo takes back, the latest at the end
const back = new Map(); // key of an undo -> what it took back
const places = new WeakMap(); // row that has gone -> what stood behind it
const flip = (it) => it.ariaPressed && (it.ariaPressed = it.ariaPressed !== "true");

function leave(row) {
  const found = rows();
  const place = found.indexOf(row);
  places.set(row, row.nextElementSibling);
  row.remove();
  row.classList.remove("now");
  row.ariaCurrent = null;
  const next = found[place + 1] || found[place - 1];
  if (next) activate(next);
  if (found.length <= FEW) one(".more a")?.click();
}

// Where it was, or what is left of that place.
function bring(row) {
  let behind = places.get(row);
  while (behind && !behind.isConnected) behind = places.get(behind);
  one("#rows")?.insertBefore(row, behind || null);
}

// Whatever the desk has now, with what was told until then.
async function anew() {
  const dock = one("#dock");
  await window.htmx.ajax("GET", location.href, { target: "#main", swap: "outerHTML" });
  one("#dock").append(...all(".toast", dock));
}

function done(form, button) {
  const row = form.closest(".row");
  const link = one("h3 a", row);
  const { did } = button.dataset;
  const sent = { ...act(form, form.action, button), article: row.dataset.article, name: link.textContent, address: link.getAttribute("href") };
  if (!put(sent)) return toast("told", words().full);
  mine.push({ ...sent, row: did && row, button });
  mine.splice(0, mine.length - DEEP);
  if (!did) return flip(button);
  leave(row);
  toast("done", did, sent.name, sent.key);
  say(`${did} ${sent.name}.`);
}

function undo(form, { dataset: { undoes } }) {
  const place = mine.findLastIndex((it) => !undoes || it.key === undoes);
  if (place < 0) return form.submit(); // what was done elsewhere the desk knows
  const { key, article, name, address, row, button } = mine[place];
  if (!put({ ...act(form, form.action, null, { undoes: key }), version: "", key: `undo-${key}`, article, name, address })) return toast("told", words().full);
  back.set(`undo-${key}`, ...mine.splice(place, 1));
  if (!row) return flip(button);
  bring(row);
  if (row.isConnected) activate(row);
  toast("done", words().undone, name);
  say(`${words().undone} ${name}`);
}

// What could not be saved, and what was done on the same article since.
function failed({ act: { article, name, key }, page, taken }) {
  const lost = mine.filter((it) => it.article === article);
  const row = lost.find((it) => it.row)?.row;
  const told = one("#told", page)?.textContent.trim() || words().failed;
  for (const it of lost) mine.splice(mine.indexOf(it), 1);
  const undone = back.get(key);
  if (undone?.row?.isConnected) leave(undone.row);
  else if (undone && !undone.row) flip(undone.button);
  if (row && !taken) bring(row);
  else if (!lost.length && !undone) anew(); // done on another page, or before this one was loaded
  const here = one(`#row-${article}`);
  if (here) forget(here);
  toast("told", row ? `${told} ${taken ? words().on : words().back}` : told, name);
}

hear((answer) => {
  const { act: it, ok, version, page, last } = answer;
  if (words().article || !one("[data-live]")) return;
  const row = one(`#row-${it.article}`) || mine.find((its) => its.row && its.article === it.article)?.row;
  if (!ok) failed(answer);
  else if (row && version) renew(row, version);
  if (!last) return;
  for (const part of ok ? all("[id]", page) : []) one(`#${part.id}`)?.replaceWith(part);
  if (it.body.includes("step=")) say(one(`#q-${it.article}`)?.textContent);
  if (!rows().length && !one("#rows > .more")) anew();
});
// After a reload: what waits to be sent is decided already.
for (const row of rows()) {
  if (kept().findLast((it) => it.article === row.dataset.article)?.body.includes("decision=")) leave(row);
}
on("submit", "#rows .keys form, body:not(.rev) #undo-last", (form, event) => {
  event.preventDefault();
  if (form.id) undo(form, event.submitter);
  else done(form, event.submitter);
});
