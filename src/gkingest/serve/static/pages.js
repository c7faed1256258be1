// A figure and its ink light up together; a citation is copied. Without this script everything is still there.
"use strict";
const POINTS = 72 / 120; // of a pixel of the picture of a page
document.querySelectorAll(".sheet.unseen img").forEach((picture) => {
  const place = () => {
    if (!picture.naturalWidth) return;
    const wide = picture.naturalWidth * POINTS, high = picture.naturalHeight * POINTS;
    picture.parentElement.querySelectorAll(".ink").forEach((ink) => {
      const [x0, top, x1, bottom] = ink.dataset.box.split(",").map(Number);
      ink.style.left = `${100 * x0 / wide}%`;
      ink.style.top = `${100 * top / high}%`;
      ink.style.width = `${100 * (x1 - x0) / wide}%`;
      ink.style.height = `${100 * (bottom - top) / high}%`;
    });
    picture.parentElement.classList.remove("unseen");
  };
  if (picture.complete) place();
  picture.addEventListener("load", place);
});
document.querySelectorAll("[data-ink]").forEach((cell) => {
  const ink = document.getElementById(cell.dataset.ink);
  if (!ink) return;
  const light = (on, turn) => {
    cell.classList.toggle("lit", on);
    ink.classList.toggle("lit", on);
    const panel = ink.closest(".sheets");
    if (on && turn && panel && getComputedStyle(panel).overflowY === "auto") {
      const place = ink.getBoundingClientRect(), seen = panel.getBoundingClientRect();
      if (place.top < seen.top + 20 || place.bottom > seen.bottom - 20) {
        panel.scrollTop += place.top - seen.top - panel.clientHeight / 2;
      }
    }
  };
  cell.addEventListener("pointerenter", () => light(true, true));
  cell.addEventListener("pointerleave", () => light(false, false));
  cell.addEventListener("focusin", () => light(true, true));
  cell.addEventListener("focusout", () => light(false, false));
  ink.addEventListener("pointerenter", () => light(true, false));
  ink.addEventListener("pointerleave", () => light(false, false));
  ink.addEventListener("click", () => { const link = cell.querySelector("a"); if (link) link.focus(); });
});
document.querySelectorAll("button.gk-copy").forEach((button) => {
  button.addEventListener("click", async () => {
    const before = button.textContent;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      // Where the page was not fetched from this machine a browser keeps the clipboard to itself: mark it instead.
      const text = button.parentElement.querySelector(".gk-citation");
      getSelection().selectAllChildren(text);
      document.execCommand("copy");
    }
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = before; }, 1500);
  });
});
