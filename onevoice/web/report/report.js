"use strict";
// Shows one trace at a time, and one of its steps, and unfolds what a link leads to. All text is in the page already: this
// only shows, hides and marks what is there, and says the step to a screen reader.
(() => {
  function unfold() {
    const target = document.getElementById(window.location.hash.slice(1));
    if (target === null) return;
    let folded = target.closest("details:not([open])");
    if (folded === null) return;
    for (; folded !== null; folded = target.closest("details:not([open])")) folded.open = true;
    target.scrollIntoView();
  }
  window.addEventListener("hashchange", unfold);
  unfold();

  const articles = [...document.querySelectorAll("article.trace")];
  if (articles.length === 0) return;
  const said = document.getElementById("said");
  let shown = articles[0];
  let step = 0;

  const last = () => Number(shown.dataset.last);

  function mark() {
    const items = [...shown.querySelectorAll(".steps > li")];
    items.forEach((item, number) => { item.hidden = number !== step; });
    for (const part of shown.querySelectorAll("svg [data-row]")) {
      const row = Number(part.dataset.row);
      const isRow = part.classList.contains("row");
      part.classList.toggle("later", !isRow && row > step);
      part.classList.toggle("now", isRow && row === step);
    }
    for (const line of shown.querySelectorAll(".truths tr")) {
      [...line.cells].forEach((cell, number) => cell.classList.toggle("now", number === step + 1));
    }
    shown.querySelector(".where").textContent = `Step ${step} of ${last()}`;
    for (const button of shown.querySelectorAll("button")) {
      const back = button.dataset.go === "first" || button.dataset.go === "back";
      button.disabled = back ? step === 0 : step === last();
    }
    return items[step];
  }

  function follow() {
    const stage = shown.querySelector(".stage");
    const row = stage.querySelector("rect.row.now").getBoundingClientRect();
    const frame = stage.getBoundingClientRect();
    if (row.top < frame.top) stage.scrollTop -= frame.top - row.top + row.height;
    if (row.bottom > frame.bottom) stage.scrollTop += row.bottom - frame.bottom + row.height;
    const table = shown.querySelector(".truths");
    const column = table.querySelector("thead th.now").getBoundingClientRect();
    const names = table.querySelector("thead th").getBoundingClientRect();
    const room = table.parentElement.getBoundingClientRect();
    if (column.right > room.right) table.parentElement.scrollLeft += column.right - room.right + 40;
    if (column.left < names.right) table.parentElement.scrollLeft -= names.right - column.left + 40;
  }

  function go(to) {
    const next = Math.min(Math.max(to, 0), last());
    if (next === step) return;
    step = next;
    const item = mark();
    follow();
    said.textContent = `Step ${step} of ${last()}: ${item.textContent.replace(/\s+/g, " ")}`;
  }

  function open(article, jump) {
    shown = article;
    step = 0;
    for (const other of articles) other.hidden = other !== article;
    mark();
    if (jump) {
      article.scrollIntoView();
      article.querySelector("h3").focus({ preventScroll: true });
    }
  }

  const chosen = () => articles.find((each) => `#${each.id}` === window.location.hash);

  const keys = {
    ArrowRight: () => go(step + 1), ArrowDown: () => go(step + 1), j: () => go(step + 1),
    ArrowLeft: () => go(step - 1), ArrowUp: () => go(step - 1), k: () => go(step - 1),
    Home: () => go(0), End: () => go(last()),
  };
  // Letters and sideways arrows step from anywhere; what else scrolls does so only in a trace.
  const anywhere = new Set(["ArrowRight", "ArrowLeft", "j", "k"]);

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || !Object.hasOwn(keys, event.key)) return;
    const inTrace = shown.contains(event.target);
    const table = event.target.closest(".scroll:not(.stage)");
    if (table !== null && event.key.length > 1) return;
    if (!inTrace && !anywhere.has(event.key)) return;
    event.preventDefault();
    keys[event.key]();
  });

  for (const article of articles) {
    article.querySelector(".controls").hidden = false;
    article.addEventListener("click", (event) => {
      const button = event.target.closest("button[data-go]");
      if (button === null) return;
      const to = { first: 0, back: step - 1, on: step + 1, last: last() };
      go(to[button.dataset.go]);
    });
  }
  window.addEventListener("hashchange", () => { if (chosen()) open(chosen(), true); });
  open(chosen() ?? articles[0], chosen() !== undefined);
})();
