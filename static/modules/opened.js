// Tells once that the page was in front of a person for two seconds: what fetches links to scan them never is.

const form = document.querySelector("form[data-opened]");
let waiting;

function tell() {
  document.removeEventListener("visibilitychange", watch);
  fetch(form.action, { method: "POST", body: new FormData(form), keepalive: true }).catch(() => {});
}

function watch() {
  clearTimeout(waiting);
  if (document.visibilityState === "visible") waiting = setTimeout(tell, 2000);
}

if (form) {
  document.addEventListener("visibilitychange", watch);
  watch();
}
