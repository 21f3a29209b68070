// A picture that cannot be loaded leaves the placeholder that lies beneath it. A video is loaded when it is asked for.
function missing(event) {
  if (event.target.matches?.(".thumb img, .lead img")) event.target.remove();
}

function play(event) {
  const place = event.target.open && event.target.querySelector?.("[data-frame]");
  if (!place || place.childElementCount) return;
  const frame = document.createElement("iframe");
  frame.setAttribute("sandbox", "allow-scripts allow-same-origin allow-presentation");
  frame.setAttribute("allow", "fullscreen");
  frame.referrerPolicy = "no-referrer";
  frame.title = "Video";
  frame.src = place.dataset.frame;
  place.append(frame);
}

export function start() {
  document.addEventListener("error", missing, true);
  document.addEventListener("toggle", play, true);
  // What failed before this file was here.
  for (const image of document.querySelectorAll(".thumb img, .lead img")) {
    if (image.complete && image.src && !image.naturalWidth) image.remove();
  }
}
