// Passkeys: hands what the server wrote on a button to allauth's scripts, which speak with the browser.

const failed = document.querySelector("[data-webauthn-failed]");
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  if (failed) failed.hidden = false;
});
for (const button of document.querySelectorAll("[data-webauthn]")) {
  window.allauth.webauthn.forms[button.dataset.webauthn]({ ids: JSON.parse(button.dataset.ids) });
  button.disabled = false; // before, a press would send the form without a key
}
