// The time that is left goes on counting, from the server's instant and in the server's words:
// <span data-countdown="SECONDS" data-until="INSTANT" data-words='{"day": ["# day", "# days"], …}' data-over="…">.

const [opened, openedAt] = [performance.now(), Date.now()];
let missed = 0; // milliseconds that this page did not count: a machine that sleeps stops its clock
const LONG = 30 * 1440; // minutes; from here on, single minutes are noise

function counted(n, [one, more]) {
  return (n === 1 ? one : more).replace("#", n);
}

function stretch(minutes, words) {
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
  const said = [];
  if (days) said.push(counted(days, words.day));
  if (hours) said.push(counted(hours, words.hour));
  if (rest && minutes < LONG) said.push(counted(rest, said.length ? words.rest : words.minute));
  return said.join(" ") || words.none;
}

function passed() {
  return performance.now() - opened + missed;
}

// After a sleep the server is asked what time it is: the reader's own clock may be wrong, and may have been set.
async function catchUp() {
  if (document.visibilityState !== "visible" || Math.abs(Date.now() - openedAt - passed()) < 2000) return;
  const answer = await fetch(location.href, { method: "HEAD", cache: "no-store" }).catch(() => null);
  const [at, one] = [Date.parse(answer?.headers.get("Date")), document.querySelector("[data-until]")];
  if (at && one) missed += at - (Date.parse(one.dataset.until) - one.dataset.countdown * 1000 + passed());
}

function tick(element) {
  const left = Number(element.dataset.countdown) - passed() / 1000;
  const text = left > 0 ? stretch(Math.floor(left / 60), JSON.parse(element.dataset.words)) : element.dataset.over;
  if (element.textContent !== text) element.textContent = text;
}

for (const element of document.querySelectorAll("[data-countdown]")) {
  if (Number(element.dataset.countdown) > 0) setInterval(tick, 1000, element);
}
document.addEventListener("visibilitychange", catchUp);
