// What a vendor's own page does around the soft lock: nothing but to stop and go on writing, and to export.
const work = document.getElementById("work");
const status = document.getElementById("status");

function count() {
  const told = work.readOnly ? work.dataset.locked : work.dataset.saved;
  status.textContent = `${[...work.value].length} · ${told}`;
}

work.addEventListener("input", count);
document.addEventListener("soft-lock:change", (event) => {
  work.readOnly = !event.detail.allowed;
  count();
});
document.addEventListener("soft-lock:export", (event) => {
  event.preventDefault();
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([work.value], { type: "text/plain" }));
  link.download = "report.txt";
  link.click();
});
count();
