// Acts go out in order, one at a time, and are kept in this browser until the desk has answered.
import { one, parse } from "./page.js";
const MOST = 50;
const AGAIN = 5000; // ms until the next try
const store = `outbox-${document.documentElement.dataset.person}`;
let timer;
let shut = false;
let turn = Promise.resolve();
const heard = [];
export const hear = (act) => heard.push(act);

export const kept = () => JSON.parse(localStorage.getItem(store) || "[]");
const keep = (acts) => localStorage.setItem(store, JSON.stringify(acts));

function tell(state) {
  const banner = one("#kept");
  const count = kept().length;
  banner.hidden = !state || !count;
  one("span", banner).textContent = banner.dataset[state]?.split("|")[+(count > 1)].replace("{}", count);
  one("a", banner).hidden = !shut;
}

function post({ to, body, version }) {
  const form = new URLSearchParams(body);
  form.set("csrfmiddlewaretoken", one("[name=csrfmiddlewaretoken]").value);
  if (version) form.set("version", version);
  const headers = { "HX-Request": "true", "Desk-Outbox": "1" };
  const signal = AbortSignal.timeout(3 * AGAIN);
  return fetch(to, { method: "POST", body: form, headers, signal, redirect: "manual", keepalive: true }).catch(() => ({ status: 0 }));
}

async function drain() {
  for (let act; (act = kept()[0]); ) {
    const answer = await post(act);
    const { ok, status, type, headers } = answer;
    // A redirect asks to sign in, and so does a token of an earlier sign-in.
    shut = type === "opaqueredirect" || status === 403;
    if (shut) return tell("expired");
    if (!status || status > 501) {
      timer = setTimeout(send, AGAIN);
      return tell(status || navigator.onLine ? "silent" : "offline");
    }
    const page = parse(await answer.text());
    const version = headers.get("Desk-Version");
    const left = kept().filter((it) => it.key !== act.key && (ok || it.article !== act.article));
    // What follows on the same article was done on the version that this act made.
    keep(left.map((it) => (version && it.version && it.article === act.article ? { ...it, version } : it)));
    for (const tell of heard) tell({ act, ok, version, page, taken: headers.has("Desk-Taken"), last: !left.length });
  }
  tell("");
}

// Of several tabs one sends at a time.
export function send() {
  clearTimeout(timer);
  if (shut || !one("#kept") || !kept().length) return;
  turn = turn.then(() => navigator.locks?.request(store, drain) ?? drain()).catch(() => (timer = setTimeout(send, AGAIN)));
}

// Whether there was room.
export function put(act) {
  const acts = kept();
  if (acts.length >= MOST) return false;
  keep([...acts, act]);
  send();
  return true;
}
window.addEventListener("online", send);
