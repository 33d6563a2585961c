// A fact goes into the letter where the cursor stands. Without this the same button puts it at the end.

const text = document.querySelector("#id_text");

function insert(fact) {
  const before = text.value.slice(0, text.selectionStart);
  const space = before && !/[\s（("“]$/.test(before) && !/[\u3000-\u9fff]$/.test(before) ? " " : "";
  text.setRangeText(space + fact, text.selectionStart, text.selectionEnd, "end");
  text.dispatchEvent(new Event("input", { bubbles: true }));
  text.focus();
}

if (text) {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert]");
    if (!button) return;
    event.preventDefault();
    insert(button.dataset.insert);
  });
}
