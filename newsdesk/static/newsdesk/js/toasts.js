// A toast stays ten seconds, and longer while it is read or has the focus. What it says is spoken once.
const STAYS = 10000;

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

function speak() {
  const toast = document.querySelector("[data-toast]");
  const title = document.querySelector("#hd");
  const words = [toast?.querySelector("span")?.textContent, title && toast ? `Next: ${title.textContent}` : ""];
  document.querySelector("#live").textContent = words.filter(Boolean).join(" ");
}

export function start() {
  const fresh = () => {
    document.querySelectorAll("[data-toast]").forEach(watch);
    speak();
  };
  fresh();
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target?.id === "main" || event.detail.elt?.id === "main") fresh();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-dismisses]")) event.target.closest("[data-toast]").remove();
  });
}
