// How long the article in hand has been before the editor: from the frame that shows it, while the page can be seen.
let spent = 0; // ms, until the page was hidden last
let since = 0; // when it began to be seen, 0 while it is not

export function shown() {
  spent = since = 0;
  // A hidden page draws no frame: it comes when somebody looks.
  requestAnimationFrame(() => (since = performance.now()));
}

// Whole milliseconds, or nothing where the article was not on the screen yet.
export const elapsed = () => (since ? Math.round(spent + performance.now() - since) : "");

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) since = performance.now();
  else if (since) {
    spent += performance.now() - since;
    since = 0;
  }
});
shown();
