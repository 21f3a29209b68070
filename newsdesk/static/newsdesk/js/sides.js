// Beside a conflict, the buttons that 1, 2 and 3 press choose a side for the field that has the focus, then go to the next.
const rows = () => [...document.querySelectorAll("[data-sides]")];

function pick(place) {
  const all = rows();
  const at = Math.max(0, all.findIndex((row) => row.contains(document.activeElement)));
  const radio = all[at]?.querySelector(`[data-side="${CSS.escape(place)}"]`);
  if (!radio) return;
  radio.checked = true;
  radio.dispatchEvent(new Event("change", { bubbles: true }));
  (all[at + 1]?.querySelector("[data-side]:checked") || radio).focus();
}

document.addEventListener("click", (event) => {
  const picker = event.target.closest("[data-picks]");
  if (picker) pick(picker.dataset.picks);
});
