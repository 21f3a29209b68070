// The one entry. Behaviour hangs on attributes that the server wrote; no address and no rule stands here.
import { start as failures } from "./failures.js";
import { start as focus } from "./focus.js";
import { start as judge } from "./judge.js";
import { start as keys } from "./keys.js";
import { start as menus } from "./menus.js";
import { start as pictures } from "./pictures.js";
import { start as rows } from "./rows.js";
import { start as toasts } from "./toasts.js";

document.documentElement.classList.add("has-js");
for (const start of [failures, focus, judge, menus, pictures, rows, toasts, keys]) start();
