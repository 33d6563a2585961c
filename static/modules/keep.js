// What was typed stays when the language changes: the switch loads the page anew, and this fills the form again.
// Nothing is kept but for that one load, and never a password or a file.

const KEY = `kept:${location.pathname}${location.search}`;
const NEVER = ["hidden", "password", "file", "submit", "button"];
const form = document.querySelector("#content form[method=post]");

function fields() {
  return [...form.elements].filter((field) => field.name && !NEVER.includes(field.type));
}

function isChanged(field) {
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.options) return [...field.options].some((option) => option.selected !== option.defaultSelected);
  return field.value !== field.defaultValue;
}

function keep() {
  const refused = form.querySelector(".is-invalid, .invalid-feedback");
  const said = fields().filter((field) => refused || isChanged(field));
  const kept = said.map(({ name, type, value, checked }) => ({ name, type, value, checked }));
  if (kept.length) sessionStorage.setItem(KEY, JSON.stringify(kept));
}

function fill({ name, type, value, checked }) {
  const mayBe = fields().filter((field) => field.name === name && field.type === type);
  const field = type === "radio" ? mayBe.find((each) => each.value === value) : mayBe[0];
  if (!field) return;
  if (type === "checkbox" || type === "radio") field.checked = checked;
  else field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

if (form) {
  const kept = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  if (kept) JSON.parse(kept).forEach(fill);
  document.querySelector("form.language")?.addEventListener("submit", keep);
}
