// The one entry: behaviour hangs on attributes that the server wrote. No address and no rule stands here.
import { listen } from "./keys.js";
import { start as startRows } from "./rows.js";
import { start as startToasts } from "./toasts.js";
import { start as startSmall } from "./small.js";
import { start as startPictures } from "./pictures.js";

document.documentElement.classList.add("has-js");
listen();
startRows();
startToasts();
startSmall();
startPictures();
