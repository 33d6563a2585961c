// A letter is kept as it is typed: also what was typed before the page had loaded its scripts, and the last words before
// somebody leaves. A fact goes in where the cursor stands; without this the same button puts it at the end.

const form = document.querySelector("form#letter");
const text = document.querySelector("#id_text");
let unsaved = false;

function insert(fact) {
  const before = text.value.slice(0, text.selectionStart);
  const space = before && !/[\s（("“]$/.test(before) && !/[\u3000-\u9fff]$/.test(before) ? " " : "";
  text.setRangeText(space + fact, text.selectionStart, text.selectionEnd, "end");
  text.dispatchEvent(new Event("input", { bubbles: true }));
  text.focus();
}

function keepTheLastWords() {
  if (unsaved) navigator.sendBeacon(form.action, new FormData(form));
  unsaved = false;
}

if (form) {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert]");
    if (!button) return;
    event.preventDefault();
    insert(button.dataset.insert);
  });
  form.addEventListener("input", () => (unsaved = true));
  form.addEventListener("htmx:beforeRequest", () => (unsaved = false));
  form.addEventListener("submit", () => (unsaved = false));
  window.addEventListener("pagehide", keepTheLastWords);
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());
  window.addEventListener("load", () => {
    if (text.value !== text.defaultValue) text.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
