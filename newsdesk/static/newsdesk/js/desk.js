// The one entry: behaviour hangs on attributes that the server wrote. No address and no rule stands here.
import "./combo.js";
import "./pictures.js";
import "./rows.js";
import "./deciding.js";
import "./select.js";
import "./small.js";
import "./review.js";
import { send } from "./outbox.js";

document.documentElement.classList.add("has-js");
send();
