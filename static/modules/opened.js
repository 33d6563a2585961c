// Tells once that a person had the page in front of them: visible for two seconds, and moved, touched or scrolled by
// somebody. What fetches links to scan them does none of that.

const form = document.querySelector("form[data-opened]");
const SIGNS = ["pointermove", "pointerdown", "touchstart", "wheel", "keydown"];
let waiting;

function tell() {
  document.removeEventListener("visibilitychange", watch);
  fetch(form.action, { method: "POST", body: new FormData(form), keepalive: true }).catch(() => {});
}

function watch() {
  clearTimeout(waiting);
  if (document.visibilityState === "visible") waiting = setTimeout(tell, 2000);
}

function somebody(event) {
  if (!event.isTrusted) return;
  for (const sign of SIGNS) document.removeEventListener(sign, somebody);
  document.addEventListener("visibilitychange", watch);
  watch();
}

if (form) {
  for (const sign of SIGNS) document.addEventListener(sign, somebody, { passive: true });
}
