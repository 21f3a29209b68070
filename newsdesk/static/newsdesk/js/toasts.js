// A toast stays ten seconds, and longer while it is read or has the focus. What it says is spoken once.
const STAYS = 10000;
const known = new WeakSet();

function watch(toast) {
  let timer = 0;
  const leave = () => toast.remove();
  const wait = () => (timer = setTimeout(leave, STAYS));
  const hold = () => clearTimeout(timer);
  toast.addEventListener("mouseenter", hold);
  toast.addEventListener("mouseleave", wait);
  toast.addEventListener("focusin", hold);
  toast.addEventListener("focusout", wait);
  wait();
}

function speak(toast) {
  const title = document.querySelector("#hd") || document.querySelector("#rows > .now h3");
  const verdict = document.querySelector(".verdict b") || document.querySelector("#rows > .now .q .vh:last-child");
  const next = title && `Next: ${title.textContent}${verdict ? `, ${verdict.textContent.replace(/^, /, "")}` : ""}`;
  document.querySelector("#live").textContent = [toast.querySelector("span").textContent, next].filter(Boolean).join(". ");
}

function greet() {
  for (const toast of document.querySelectorAll("[data-toast]")) {
    if (known.has(toast)) continue;
    known.add(toast);
    watch(toast);
    if (toast.getAttribute("role") !== "alert") speak(toast);
  }
}

export function start() {
  greet();
  document.addEventListener("htmx:afterRequest", greet);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-dismisses]")) event.target.closest("[data-toast]").remove();
  });
}
