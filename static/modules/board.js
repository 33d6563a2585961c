// The board: a card goes to another stage by mouse (anywhere on it), by finger (its handle), or by keyboard (its handle:
// Space takes and puts down, arrows choose, Escape leaves it). A loss asks its reason first. The portal answers with
// the card and the heads of both columns; what it refuses goes back to where it was.

const MOVED = 6; // pixels from which on a press is a drag
const EDGE = 60; // pixels from the board's edge in which it scrolls along
let drag = null; // { card, column, x, y, ghost, over, keys }

const board = () => document.querySelector("#board");
const columns = () => [...board().querySelectorAll(".stage")];
const nameOf = (column) => column.querySelector("h2").textContent;

function say(key, card, column) {
  const text = board().dataset[key].replace("{card}", card.dataset.name).replace("{stage}", column ? nameOf(column) : "");
  document.querySelector("#said").textContent = text;
}

function mark(column) {
  for (const one of columns()) one.classList.toggle("over", one === column);
  if (drag) drag.over = column;
}

function end() {
  drag?.ghost?.remove();
  drag?.card.classList.remove("taken");
  drag?.card.querySelector(".grip")?.setAttribute("aria-pressed", "false");
  if (board()) mark(null);
  drag = null;
}

function place(card, column) {
  const list = column.querySelector(".deals");
  const next = [...list.children].find((one) => one.classList.contains("more") || Number(one.dataset.at) > Number(card.dataset.at));
  list.insertBefore(card, next ?? null);
}

function askWhy(card) {
  const dialog = document.querySelector("#loss");
  const [reason, words, missing] = ["[name=loss_reason]", "[name=loss_words]", "[data-missing]"].map((one) => dialog.querySelector(one));
  reason.value = words.value = "";
  missing.hidden = true;
  dialog.returnValue = "";
  dialog.querySelector("[data-who]").textContent = card.dataset.name;
  dialog.showModal();
  return new Promise((settle) => {
    const check = (event) => {
      if (event.submitter?.value !== "lost" || reason.value) return;
      event.preventDefault();
      missing.hidden = false;
      reason.focus();
    };
    dialog.addEventListener("submit", check);
    dialog.addEventListener("close", () => {
      dialog.removeEventListener("submit", check);
      settle(dialog.returnValue === "lost" ? { loss_reason: reason.value, loss_words: words.value } : null);
    }, { once: true });
  });
}

async function put(card, to) {
  const from = card.closest(".stage");
  const before = card.nextElementSibling;
  if (!to || to === from) return say("left", card);
  const why = to.dataset.ends === "lost" ? await askWhy(card) : {};
  if (!why) return say("left", card);
  place(card, to);
  const id = card.id;
  let problem = null;
  const failed = (event) => { problem = event.type === "htmx:responseError" && event.detail.xhr.status === 422 ? event.detail.xhr.responseText : ""; };
  card.addEventListener("htmx:responseError", failed);
  card.addEventListener("htmx:sendError", failed);
  const values = { stage: to.dataset.stage, ...why };
  await htmx.ajax("POST", card.dataset.move, { source: card, target: card, swap: "outerHTML", values }).catch(() => { problem ??= ""; });
  if (problem === null) {
    const fresh = document.getElementById(id);
    ready(fresh);
    say("moved", fresh, to);
    fresh.querySelector(".grip").focus({ preventScroll: true });
  } else {
    from.querySelector(".deals").insertBefore(card, before?.isConnected ? before : null);
    if (problem) document.querySelector("#said").textContent = problem;
    else say("failed", card);
    card.querySelector(".grip").focus();
  }
}

function lift(event) {
  const box = drag.card.getBoundingClientRect();
  drag.ghost = drag.card.cloneNode(true);
  drag.ghost.removeAttribute("id");
  drag.ghost.classList.add("ghost");
  drag.ghost.style.width = `${box.width}px`;
  drag.dx = event.clientX - box.left;
  drag.dy = event.clientY - box.top;
  document.body.append(drag.ghost);
  drag.card.classList.add("taken");
}

document.addEventListener("pointerdown", (event) => {
  const card = event.target.closest("#board .deal");
  const grip = event.target.closest(".grip");
  if (!card || event.button !== 0 || drag || (!grip && (event.pointerType !== "mouse" || event.target.closest("button")))) return;
  drag = { card, x: event.clientX, y: event.clientY, id: event.pointerId };
});

document.addEventListener("pointermove", (event) => {
  if (!drag || drag.keys || event.pointerId !== drag.id) return;
  if (!drag.ghost) {
    if (Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < MOVED) return;
    lift(event);
  }
  event.preventDefault();
  drag.ghost.style.transform = `translate(${event.clientX - drag.dx}px, ${event.clientY - drag.dy}px)`;
  const box = board().getBoundingClientRect();
  if (event.clientX > box.right - EDGE) board().scrollLeft += 14;
  if (event.clientX < box.left + EDGE) board().scrollLeft -= 14;
  mark(document.elementFromPoint(event.clientX, event.clientY)?.closest("#board .stage") ?? null);
});

document.addEventListener("pointerup", (event) => {
  if (!drag || drag.keys || event.pointerId !== drag.id) return;
  const { card, over, ghost } = drag;
  end();
  if (!ghost) return;
  const swallow = (click) => { click.preventDefault(); click.stopPropagation(); };
  window.addEventListener("click", swallow, true); // the click that a browser makes of it
  setTimeout(() => window.removeEventListener("click", swallow, true), 0);
  put(card, over);
});
document.addEventListener("pointercancel", () => drag && !drag.keys && end());
for (const native of ["selectstart", "dragstart"]) document.addEventListener(native, (event) => drag && !drag.keys && event.preventDefault());

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && drag) {
    const { card } = drag;
    end();
    return say("left", card);
  }
  const grip = event.target.closest?.("#board .grip");
  if (!grip) return;
  const card = grip.closest(".deal");
  if (event.key === " " || event.key === "Enter") {
    event.preventDefault();
    if (!drag) {
      drag = { card, keys: true };
      card.classList.add("taken");
      grip.setAttribute("aria-pressed", "true");
      mark(card.closest(".stage"));
      return say("taken", card);
    }
    const { over } = drag;
    end();
    put(card, over);
  } else if (drag?.keys && (event.key === "ArrowLeft" || event.key === "ArrowRight")) {
    event.preventDefault();
    const all = columns();
    const next = all[all.indexOf(drag.over) + (event.key === "ArrowRight" ? 1 : -1)];
    if (!next) return;
    mark(next);
    next.scrollIntoView({ block: "nearest", inline: "nearest" });
    say("over", card, next);
  }
});
document.addEventListener("focusout", (event) => drag?.keys && event.target.closest(".grip") && end());

function ready(within) {
  for (const grip of within.querySelectorAll(".grip")) grip.hidden = false;
}
ready(document);
document.addEventListener("htmx:load", (event) => ready(event.detail.elt));
