// One article after another: a decision shows the next, fetched ahead, at once; its answer comes later.
import { all, focus, made, main, on, one, parse, say, words } from "./page.js";
import { act, mine, settle, timer } from "./judge.js";
import { hear, kept, put } from "./outbox.js";
import { elapsed, shown } from "./pace.js";
import { toast } from "./toasts.js";
const DEEP = 50; // acts that Undo goes back here
const AGAIN = 2000; // ms until an article is asked for again
const ahead = new Map(); // address -> promise of the article's main part
const at = (link) => link?.getAttribute("href");
const next = () => at(one("#next [data-shows]"));
const OWN = "#done, #goal, #pace"; // what a page says of its person, not of its article
// What the page that is left knows better than one that was fetched ahead.
const carry = (css, fresh) => all(css, fresh).forEach((it) => it.replaceWith(one(`#${it.id}`)?.cloneNode(true) || it));

function fetched(address) {
  if (!ahead.has(address)) {
    const asked = fetch(address, { cache: "no-store", headers: { "HX-Request": "true", Purpose: "prefetch" } });
    const found = asked.then(async (answer) => document.adoptNode(one("#main", parse(await answer.text()))));
    found.catch(() => ahead.delete(address));
    ahead.set(address, found);
  }
  return ahead.get(address);
}

const prefetch = () => all("#next [data-ahead]").forEach((link) => fetched(at(link)));

function show(fresh, text = "") {
  settle();
  const { address, article, title, spoken } = fresh.dataset;
  const back = all(".ti.back").filter((it) => it.dataset.article !== article);
  const told = all(".toast.told");
  carry(OWN, fresh);
  main().replaceWith(fresh);
  delete words().left;
  one("#next").prepend(...back);
  for (const it of mine) if (it.old) one(`#next [data-article="${it.article}"]`)?.remove();
  one("#dock").append(...told);
  window.htmx.process(fresh);
  shown();
  ahead.delete(address);
  history.replaceState(null, "", address);
  document.title = title;
  scrollTo(0, 0);
  focus(one("#hd"));
  say(`${text} ${spoken}`);
  prefetch();
}

// To the next article of the tape; after the last one, when all is sent, to what the desk has left.
async function forward(text) {
  const old = main();
  old.dataset.left = "";
  if (!next()) return kept().length || location.assign(words().rest);
  const fresh = await fetched(next()).catch(() => 0);
  if (main() !== old || !("left" in old.dataset)) return;
  if (fresh) {
    carry("#count", fresh);
    show(fresh, text);
  } else setTimeout(() => main() === old && forward(text), AGAIN);
}

async function decide(form, button) {
  const { did } = button.dataset;
  if ("left" in words()) return;
  const done = act(form, form.action, button, { elapsed: elapsed(), shows: one("#next [data-article]")?.dataset.article || "" });
  if (!put(done)) return toast("told", words().full);
  settle(true);
  mine.push({ ...done, old: main() });
  mine.splice(0, mine.length - DEEP);
  await forward(`${did}.`);
  toast("done", did, done.name, done.key);
}

function own(test) {
  const place = mine.findLastIndex(test);
  return place < 0 ? {} : mine.splice(place, 1)[0];
}

function undo(form, { dataset: { undoes } }) {
  settle();
  const { key, article, name, address, old } = own((it) => (undoes ? it.key === undoes : form.id === "undo-last"));
  const review = form.review.value;
  if (!key && !review) return toast("told", words().none);
  put({ ...act(form, form.action, null, key && { undoes: key }), version: "", key: `undo-${key || review}`, article, name, address });
  if (!old) return;
  ahead.set(words().address, Promise.resolve(main()));
  one("#judge", old).reset();
  show(old, words().undone);
  toast("done", words().undone, name);
}

// What could not be saved goes to the top of the tape, unless somebody else has decided it.
function failed({ act: { article, address, name, key }, page, taken }) {
  const told = one("#told", page)?.textContent.trim() || words().failed;
  const fresh = one("#main", page) || own((it) => it.key === key).old;
  toast("told", `${told} ${taken ? words().on : words().back}`, name);
  if (taken || !fresh) return;
  document.adoptNode(fresh);
  if (words().article === article) return show(fresh, told);
  ahead.set(address, Promise.resolve(fresh));
  const line = made("#line", fresh);
  one("small", line).textContent = told;
  one("#next").prepend(line);
  if ("left" in words()) forward(told);
}

hear((answer) => {
  const { act, ok, version, page, last } = answer;
  if (!words().article) return;
  const here = words().article === act.article;
  const fresh = one("#main", page);
  const parts = all(fresh ? OWN : "[id]", page).map((it) => it.cloneNode(true));
  if (!ok) failed(answer);
  // Undone: as the desk has it, unless somebody is busy there.
  else if (fresh && !timer && !one(":popover-open, #judge :focus:is(input)") && (here || !act.article)) show(document.adoptNode(fresh), words().undone);
  else if (here && version) one("#judge").version.value = version;
  for (const it of parts) if (it.dataset.of ? it.dataset.of === words().article : last) one(`#${it.id}`)?.replaceWith(it);
  if (last && "left" in words() && !next()) location.assign(words().rest);
});
on("submit", "#judge, .rev [data-undo]", (form, event) => {
  event.preventDefault();
  if (form.id !== "judge") undo(form, event.submitter);
  else if (event.submitter?.name === "decision") decide(form, event.submitter);
});
on("click", "[data-decides]", (it, event) => event.detail > 1 && event.preventDefault());
on("click", "a[data-shows]", (link, event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  fetched(at(link)).then(show, () => location.assign(link.href));
});
if (words().article) {
  prefetch();
  // After a reload: what waits to be sent is decided already.
  if (kept().findLast((it) => it.article === words().article)?.body.includes("decision=")) forward("");
}
