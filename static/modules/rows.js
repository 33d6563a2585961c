// A row of a list opens on a click anywhere in it, as its first link would. The keyboard has the link itself.

const OWN_CLICK = "a, button, input, select, textarea, label, summary, [role=button]";

function open(event) {
  const row = event.target.closest(".rows tbody tr");
  if (!row || event.target.closest(OWN_CLICK) || getSelection().type === "Range") return;
  const link = row.querySelector("a.row-link[href]") ?? row.querySelector("a[href]");
  link?.dispatchEvent(
    new MouseEvent("click", { bubbles: true, cancelable: true, ctrlKey: event.ctrlKey, metaKey: event.metaKey, shiftKey: event.shiftKey }),
  );
}

document.addEventListener("click", open);
