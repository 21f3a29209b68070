// Short words for asking the page and for listening to it.
export const one = (css, root = document) => root.querySelector(css);
export const all = (css, root = document) => [...root.querySelectorAll(css)];
export const main = () => one("#main");
export const words = () => main()?.dataset || {};
export const parse = (html) => new DOMParser().parseFromString(html, "text/html");
export const made = (template, root) => one(template, root).content.cloneNode(true).firstElementChild;
export const focus = (it) => it?.focus({ preventScroll: true });
export const say = (text) => (one("#live").textContent = text);
export const on = (type, css, act) =>
  document.addEventListener(type, (event) => {
    const it = event.target.closest?.(css);
    if (it) act(it, event);
  }, true);
