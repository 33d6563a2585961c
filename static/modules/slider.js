// The slider over the ribbon: says the minute while it is moved, and looks at it when it is let go.

for (const frame of document.querySelectorAll("[data-over-time]")) {
  const slider = frame.querySelector(".slider");
  const said = document.querySelector("[data-looked-at]");
  const minute = new Intl.DateTimeFormat(document.documentElement.lang, {
    timeZone: frame.dataset.zone, year: "numeric", month: "long", day: "numeric", weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "short",
  });
  const at = () => new Date(Number(slider.value) * 1000);
  slider.hidden = false;
  slider.addEventListener("input", () => { said.textContent = slider.ariaValueText = minute.format(at()); });
  slider.addEventListener("change", () => {
    const address = new URL(location.href);
    address.searchParams.set("at", at().toISOString().replace(".000Z", "Z"));
    location.assign(address);
  });
}
