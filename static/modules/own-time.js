// The last minute on the reader's own clock, beside the promise and never instead of it (rule 4). The server knows the
// zone that somebody noted for them; the browser knows where they are:
// <small data-own="INSTANT" data-zone="Asia/Shanghai" hidden>On your clock: <span></span></small>.

const zh = document.documentElement.lang.startsWith("zh");
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;

function parts(at, timeZone, more = {}) {
  const format = new Intl.DateTimeFormat(zh ? "zh-CN" : "en-GB", { timeZone, ...more });
  return Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
}

function wall(at, timeZone) {
  const said = { year: "numeric", month: zh ? "numeric" : "long", day: "numeric", hour: "2-digit", minute: "2-digit" };
  const { year, month, day, hour, minute } = parts(at, timeZone, { ...said, hourCycle: "h23" });
  return zh ? `${year}年${month}月${day}日${Number(hour)}时${minute}分` : `${day} ${month} ${year}, ${hour}:${minute}`;
}

function name(at) {
  if (zh && here === "Asia/Shanghai") return "北京时间";
  return zh ? parts(at, here, { timeZoneName: "longGeneric" }).timeZoneName : here;
}

function tell(element) {
  const at = new Date(element.dataset.own);
  const theirs = wall(at, here);
  element.hidden = theirs === wall(at, element.dataset.zone);
  element.querySelector("span").textContent = `${theirs}${zh ? "" : " "}(${name(at)})`;
}

for (const element of here ? document.querySelectorAll("[data-own]") : []) tell(element);
