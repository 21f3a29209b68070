// The judge's panel: the ruler moves the number, a topic that was picked from the list is added at once.
function save(form) {
  form.requestSubmit(form.querySelector("[data-saves]"));
}

function slide(event) {
  const ruler = event.target;
  ruler.form.elements[ruler.dataset.sets].value = ruler.value;
  const share = (100 * ruler.value) / ruler.max;
  ruler.parentElement.querySelector("[data-fills]").setAttribute("width", `${share}%`);
}

function pick(event) {
  const known = [...event.target.list.options].some((option) => option.value === event.target.value);
  // Typing comes letter by letter; a choice from the list comes whole.
  if (known && event.inputType !== "insertText" && event.inputType !== "deleteContentBackward") save(event.target.form);
}

export function start() {
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-sets]")) slide(event);
    if (event.target.matches("#add")) pick(event);
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-sets]")) save(event.target.form);
  });
}
