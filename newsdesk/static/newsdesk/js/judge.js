// Quality, heat and topics: the fields follow one another, and are saved a moment after the last change.
import { all, focus, made, on, one, say, words } from "./page.js";
import { put } from "./outbox.js";
import { toast } from "./toasts.js";
const MOMENT = 300; // ms
export let timer = 0;
let serial = 0;
export const mine = []; // what Undo takes back, the latest at the end

// One act as the outbox keeps it.
export function act(form, to, submitter, more) {
  const data = new FormData(form, submitter);
  const version = data.get("version");
  const key = `${data.get("key")}-${(serial += 1)}`;
  for (const [name, value] of Object.entries({ key, ...more })) data.set(name, value);
  data.delete("csrfmiddlewaretoken");
  const { article, name, address } = words();
  return { key, to, article, name, address, version, body: `${new URLSearchParams(data)}` };
}

// Saves what waits to be saved, or forgets it when a decision carries it.
export function settle(carried) {
  const form = one("#judge");
  const waited = timer;
  clearTimeout(timer);
  timer = 0;
  if (!waited || carried || !form.reportValidity()) return;
  const saved = act(form, one("[data-saves]", form).formAction);
  if (put(saved)) mine.push(saved);
  else toast("told", words().full);
}

function changed(form, what = "") {
  const typed = form.quality.value;
  const { line, says } = one("[data-line]", form).dataset;
  const which = typed ? 1 - Math.sign(typed - line) : 3;
  const verdict = says.split("|")[which].replace("{}", Math.abs(typed - line));
  const fill = one("[data-fill]", form);
  all("[data-verdict]", form).forEach((it) => (it.textContent = verdict));
  one("output", form).textContent = typed || "–";
  fill.setAttribute("width", `${Math.min(typed, 200) / 2}%`);
  fill.classList.toggle("over", which < 2);
  if (typed) form.ruler.value = typed;
  say(what.trim() || `${typed} ${verdict}`);
  clearTimeout(timer);
  timer = setTimeout(settle, MOMENT);
}

function setQuality({ form }, quality) {
  form.quality.value = Math.max(0, quality);
  changed(form);
}

window.addEventListener("pagehide", () => settle());
on("input", "#judge [name=quality]", ({ form }) => changed(form));
on("input", "#judge [name=ruler]", (it) => setQuality(it, it.value));
on("input", "#judge :is([name=heat], [name=topics])", (it) => changed(it.form, it.parentElement.textContent));
on("click", "#judge [formaction]", (it, event) => {
  event.preventDefault();
  if (it.name === "step") return setQuality(it, +it.form.quality.value + +it.value);
  const steps = all("[name=heat]", it.form);
  steps[steps.findIndex((step) => step.checked) + +it.value]?.click();
});
on("desk:chosen", "#add", ({ form }, { detail }) => {
  let box = all("[name=topics]", form).find((it) => it.value === detail);
  if (!box) {
    const label = made("[data-topic]", form);
    box = one("input", label);
    box.value = one("span", label).textContent = detail;
    one(".topics", form).append(label);
  }
  box.checked = true;
  changed(form, detail);
});
on("keydown", "#judge input", ({ form, name, value }, event) => {
  if (event.isComposing) return;
  if (event.key === "Enter" && name !== "add") {
    event.preventDefault();
    focus(one("#hd"));
  } else if (event.key === "Backspace" && name === "add" && !value) all("[name=topics]:checked", form).pop()?.click();
});
