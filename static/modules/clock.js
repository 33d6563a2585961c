// The reader's clock in the bar goes on ticking in their own zone: <time datetime="…" data-clock="Asia/Shanghai">.
// It goes on from the server's instant, so that a wrong clock on the reader's machine shows nothing wrong.

const opened = performance.now();

function tick(time) {
  const at = new Date(Date.parse(time.dataset.opened) + performance.now() - opened);
  const parts = new Intl.DateTimeFormat(document.documentElement.lang, {
    timeZone: time.dataset.clock, weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
  }).formatToParts(at);
  const part = (type) => parts.find((each) => each.type === type).value;
  time.textContent = `${part("weekday")} ${part("hour")}:${part("minute")}`;
  time.dateTime = at.toISOString();
}

for (const time of document.querySelectorAll("time[data-clock]")) {
  time.dataset.opened = time.dateTime;
  setInterval(tick, 5000, time);
}
