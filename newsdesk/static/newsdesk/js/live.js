// What changes while a page is open: the queue's counts, and the claim on the article in hand. Both rest while the page is
// hidden. What to ask, and where, stands in the forms that the server wrote.
import { hear, kept } from "./outbox.js";
const LOOKS = 15000; // ms between two looks at the counts
const RENEWS = 45000; // ms between two renewals of a claim, which lasts two minutes
const BEATS = 3000;
let looked = Date.now();
let renewed = 0;
let held = null; // the claim that this page has asked for
let heard = 0; // answers to what was decided here

const visible = () => document.visibilityState === "visible";
const claimed = () => document.querySelector("form[data-claim]");

async function ask(form, words) {
  const body = new FormData(form);
  for (const [name, value] of Object.entries(words)) body.set(name, value);
  try {
    const reply = await fetch(form.action, { method: "POST", body, headers: { "HX-Request": "true" }, redirect: "manual" });
    return reply.ok ? new DOMParser().parseFromString(await reply.text(), "text/html") : null;
  } catch {
    return null; // offline: the next beat asks again
  }
}

// Each part takes the place of the one with its id, but for one that holds the focus.
function put(parts) {
  for (const fresh of parts) {
    const old = document.getElementById(fresh.id);
    if (old && !old.contains(document.activeElement) && old.outerHTML !== fresh.outerHTML) old.replaceWith(document.adoptNode(fresh));
  }
}

async function look() {
  const form = document.querySelector("form[data-live]");
  if (!form) return;
  looked = Date.now();
  const answer = await ask(form, {});
  if (answer && form.isConnected) put(answer.querySelectorAll("#live-answer > [id]"));
}

async function claim(form, words) {
  renewed = Date.now();
  const key = form.dataset.claim;
  const before = kept().length ? -1 : heard;
  const answer = await ask(form, words);
  if (!answer || claimed()?.dataset.claim !== key) return;
  // What was decided meanwhile says itself what is left, and this answer may not know of it.
  put(answer.querySelectorAll(kept().length || heard !== before ? "#claim" : "#claim, #count"));
  remember(claimed());
}

// Says when the lease ended as this page knew it: if it was leased on since, another page shows the article.
function leave(old) {
  if (old?.until) navigator.sendBeacon(old.release, old.body);
}

function remember(form) {
  const body = form && new FormData(form);
  held = form && { key: form.dataset.claim, release: form.dataset.release, until: body.get("until"), body };
}

// The article in hand is another one now: claim it, and give up the one before.
function notice() {
  const form = claimed();
  if ((form?.dataset.claim || "") === (held?.key || "")) return;
  const old = held;
  remember(form);
  if (form && !("held" in form.dataset) && !("elsewhere" in form.dataset)) {
    claim(form, old?.until ? { leave: old.key, until: old.until } : {});
    return;
  }
  renewed = Date.now();
  leave(old);
}

function beat() {
  if (!visible()) return;
  if (Date.now() - looked >= LOOKS) look();
  const form = claimed();
  if (form && Date.now() - renewed >= RENEWS) claim(form, "elsewhere" in form.dataset ? {} : { renew: "1" });
}

function closeDrops(event) {
  for (const drop of document.querySelectorAll("details[data-drop][open]")) {
    if (event.type === "click" && drop.contains(event.target)) continue;
    drop.open = false;
    if (event.type === "keydown") drop.querySelector("summary").focus();
  }
}

hear(() => (heard += 1));
notice();
new MutationObserver(notice).observe(document.body, { childList: true, subtree: true });
setInterval(beat, BEATS);
document.addEventListener("visibilitychange", beat);
window.addEventListener("pagehide", () => {
  leave(held);
  held = null;
});
window.addEventListener("pageshow", (event) => event.persisted && notice());
document.addEventListener("click", closeDrops);
document.addEventListener("keydown", (event) => event.key === "Escape" && closeDrops(event));
