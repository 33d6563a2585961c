// The soft lock in the vendor's product: a slim banner in the buffer, and after it a dialog that can be acted on.
//
//   <script src="https://portal.example/embed/v1/soft-lock.js" data-contract-token="…" defer></script>
//
// It is not a mask: the page beneath stays readable, its text can be selected, copied and exported. The page hears
// `soft-lock:change` on the document (detail: state, allowed) and makes its editor read-only, or writable again. With
// `data-export` the dialog offers to export: it opens that address, or fires `soft-lock:export` where there is none.
// Without an answer from the portal nothing changes, so nothing locks. No dependencies, no cookies, no inline styles.
(() => {
  "use strict";
  const tag = document.currentScript;
  const portal = new URL(tag.src).origin;
  const chinese = (tag.dataset.lang || document.documentElement.lang || navigator.language).toLowerCase().startsWith("zh");
  const say = (texts) => texts[chinese ? "zh-hans" : "en"];
  const words = chinese
    ? { renew: "续约", dismiss: "今天不再显示", fold: "先看内容", unfold: "已软锁 · 怎么接着用", on: "可以接着用了。" }
    : { renew: "Renew", dismiss: "Hide until tomorrow", fold: "Read on", unfold: "Soft-locked · how to go on", on: "You can go on." };
  const WATCHING = 3; // seconds between questions while the dialog is in front of somebody: a renewal is felt at once
  const PATIENCE = 6000; // milliseconds
  const LATER = 30; // seconds until the next question after one that was not answered

  let token = tag.dataset.contractToken;
  let state = null;
  let timer = 0;
  let before = null; // what had the focus when the dialog came

  const host = document.createElement("div");
  host.lang = chinese ? "zh-Hans" : "en";
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host { all: initial; display: block; }
    .box { --paper: #fff; --ink: #1d2733; --muted: #5b6573; --line: #e6e1d8; --live: #0d7a6b; --on: #fff;
      --buffer: #fdeccb; --buffer-ink: #6b4000; color: var(--ink);
      font: 15px/1.5 system-ui, -apple-system, "Segoe UI", "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; }
    .box.dark { --paper: #20262e; --ink: #eceff3; --muted: #aab3bf; --line: #3a434e; --live: #5cc9b7; --on: #10211e;
      --buffer: #4a3a17; --buffer-ink: #fbe3b0; }
    .banner { position: relative; display: flex; flex-wrap: wrap; gap: .25rem .9rem;
      justify-content: center; align-items: center; padding: .35rem 2.75rem .35rem 1rem; background: var(--buffer); color: var(--buffer-ink); }
    .banner a { color: inherit; font-weight: 650; }
    .close { position: absolute; inset: 0 .25rem 0 auto; margin: auto; width: 2.25rem; height: 2.25rem; border: 0; background: none; color: inherit; font: inherit; cursor: pointer; }
    .dialog { position: fixed; inset: auto 1rem 1rem auto; z-index: 2147483001; box-sizing: border-box; width: min(27rem, calc(100vw - 2rem));
      max-height: min(34rem, 72vh); overflow: auto; padding: 1.4rem; border: 1px solid var(--line); border-radius: 1rem;
      background: var(--paper); box-shadow: 0 18px 50px rgb(29 39 51 / .28); }
    h2 { margin: 0 0 .4rem; font-size: 1.15rem; line-height: 1.3; }
    p { margin: 0 0 1rem; color: var(--muted); }
    .ways { display: flex; flex-wrap: wrap; gap: .5rem; }
    .way { display: inline-block; box-sizing: border-box; padding: .5rem .95rem; border: 1px solid var(--muted); border-radius: .6rem; background: none;
      color: var(--ink); font: inherit; text-decoration: none; cursor: pointer; }
    .way.main { border-color: var(--live); background: var(--live); color: var(--on); font-weight: 600; }
    .fold { margin-top: .8rem; padding: .35rem 0; border: 0; background: none; color: var(--muted); font: inherit; text-decoration: underline; cursor: pointer; }
    .tab { position: fixed; inset: auto 1rem 1rem auto; z-index: 2147483001; padding: .55rem 1.1rem; border: 1px solid var(--line); border-radius: 99px;
      background: var(--paper); color: var(--ink); font: inherit; font-weight: 600; box-shadow: 0 8px 24px rgb(29 39 51 / .22); cursor: pointer; }
    .dialog:focus { outline: none; }
    :focus-visible { outline: 3px solid var(--live); outline-offset: 2px; }
    [hidden] { display: none !important; }
    .heard { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
    @media (max-width: 480px) { .dialog { inset: auto 0 0 0; width: 100vw; max-height: 62vh; border-radius: 1rem 1rem 0 0; } .way { flex: 1 0 100%; text-align: center; } }
    @media print { .box { display: none; } }
  `);
  root.adoptedStyleSheets = [sheet];

  function make(name, properties, ...inside) {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...inside);
    return element;
  }

  const banner = make("div", { className: "banner", hidden: true });
  const dialog = make("section", { className: "dialog", hidden: true, tabIndex: -1 });
  const tab = make("button", { className: "tab", hidden: true, type: "button", textContent: words.unfold, onclick: () => fold(false) });
  const heard = make("div", { className: "heard" });
  const box = make("div", { className: "box" }, banner, dialog, tab, heard);
  banner.setAttribute("role", "status");
  heard.setAttribute("role", "status");
  dialog.setAttribute("role", "dialog");
  dialog.setAttribute("aria-labelledby", "title");
  dialog.setAttribute("aria-describedby", "text");
  dialog.addEventListener("keydown", (event) => { if (event.key === "Escape") fold(true); });
  root.append(box);

  function isDark() {
    for (const element of [document.body, document.documentElement]) {
      const [red, green, blue, alpha = 1] = (getComputedStyle(element).backgroundColor.match(/[\d.]+/g) ?? []).map(Number);
      if (blue !== undefined && alpha > 0.5) return 0.299 * red + 0.587 * green + 0.114 * blue < 128;
    }
    return matchMedia("(prefers-color-scheme: dark)").matches;
  }

  function remembered(day) {
    try { return localStorage.getItem("soft-lock:hidden") === day; } catch { return false; }
  }

  function remember(day) {
    try { localStorage.setItem("soft-lock:hidden", day); } catch { /* a page without storage asks again */ }
  }

  function linkTo(url, label, className) {
    return make("a", { href: url, target: "_blank", rel: "noopener", className, textContent: label });
  }

  function showBanner(answer) {
    const hide = make("button", { className: "close", type: "button", textContent: "✕", title: words.dismiss });
    hide.setAttribute("aria-label", words.dismiss);
    hide.onclick = () => { remember(answer.day); banner.hidden = true; };
    banner.replaceChildren(make("span", { textContent: say(answer.banner) }), linkTo(answer.renew_url, words.renew, ""), hide);
  }

  function way(action, place) {
    const className = place === 0 ? "way main" : "way";
    if (action.kind === "renew" || action.kind === "talk") return linkTo(action.url, say(action.label), className);
    const button = make("button", { className, type: "button", textContent: say(action.label) });
    button.onclick = action.kind === "export" ? exportWork : () => { button.disabled = true; ask("more-time"); };
    return button;
  }

  function exportWork() {
    const wanted = document.dispatchEvent(new CustomEvent("soft-lock:export", { cancelable: true }));
    if (wanted && tag.dataset.export) location.assign(tag.dataset.export);
  }

  function showDialog(answer) {
    const actions = answer.dialog.actions.filter((action) => action.kind !== "export" || "export" in tag.dataset);
    const held = root.activeElement ? [...dialog.querySelectorAll("a, button")].indexOf(root.activeElement) : -1;
    dialog.replaceChildren(
      make("h2", { id: "title", textContent: say(answer.dialog.title) }),
      make("p", { id: "text", textContent: say(answer.dialog.text) }),
      make("div", { className: "ways" }, ...actions.map(way)),
      make("button", { className: "fold", type: "button", textContent: words.fold, onclick: () => fold(true) }),
    );
    dialog.querySelectorAll("a, button")[held]?.focus();
  }

  function fold(away) {
    dialog.hidden = away;
    tab.hidden = !away;
    (away ? tab : dialog).focus({ preventScroll: true });
  }

  function begin() {
    before = document.activeElement;
    fold(false);
  }

  function end() {
    const focused = root.activeElement !== null;
    dialog.hidden = tab.hidden = true;
    heard.textContent = words.on;
    if (focused && before?.isConnected) before.focus({ preventScroll: true });
  }

  function show(answer) {
    const previous = state;
    const drawn = JSON.stringify([answer.dialog, answer.banner, answer.day]);
    box.classList.toggle("dark", isDark());
    if (answer.dialog && drawn !== show.drawn) showDialog(answer);
    if (answer.banner && drawn !== show.drawn) showBanner(answer);
    show.drawn = drawn;
    banner.hidden = !answer.banner || remembered(answer.day);
    const locked = answer.dialog !== null;
    if (locked && dialog.hidden && tab.hidden) begin();
    if (!locked && !(dialog.hidden && tab.hidden)) end();
    state = answer.state;
    if (state !== previous) {
      const detail = { state, allowed: answer.allowed, previous };
      document.dispatchEvent(new CustomEvent("soft-lock:change", { detail }));
    }
  }

  async function ask(what = "state") {
    clearTimeout(timer);
    let wait = LATER;
    try {
      const response = await fetch(`${portal}/embed/v1/${what}`, {
        method: "POST", body: token, credentials: "omit", referrerPolicy: "no-referrer", signal: AbortSignal.timeout(PATIENCE),
      });
      if (response.ok) {
        const answer = await response.json();
        token = answer.token;
        show(answer);
        wait = answer.dialog && !document.hidden ? WATCHING : answer.ask_again;
      } else if (response.status === 401) {
        document.dispatchEvent(new CustomEvent("soft-lock:token")); // the page may give another: softLock.give(token)
        return;
      }
    } catch { /* no answer: everything stays as it is */ }
    clearTimeout(timer);
    timer = setTimeout(ask, wait * 1000);
  }

  function start() {
    document.body.prepend(host); // the banner takes its own line above the page, and covers nothing of it
    document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(); });
    window.softLock = { get state() { return state; }, ask: () => ask(), give(fresh) { token = fresh; return ask(); } };
    ask();
  }

  if (token) start();
})();
