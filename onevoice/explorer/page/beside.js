// A behaviour with something else beside it, step by step: the implementation, or logs. The rows are
// the server's (onevoice/explorer/beside.py); here one of them is chosen, and drawn in full.

import { element, drawHeads } from "./drawing.js";

const at = (id) => document.getElementById(id);
const signs = { same: "=", different: "≠", unseen: "·", unknown: "" };
const spoken = {
  same: "the same on both sides", different: "the first difference", unseen: "in no log",
  unknown: "not compared",
};
let shown = null; // what the server said, and which of its behaviours is looked at
let chosen = 0; // number of the row in the list

export const isOpen = () => !at("beside").hidden;

// Shows what came of a comparison.
//   said: {verdict, behaviours: [{title, note, diagram, rows, states?}], ...}
//   how: {title, other: name of the other side}
export function openBeside(said, how) {
  shown = { said, how, behaviour: 0 };
  at("beside").hidden = false;
  document.querySelector("main").hidden = true;
  document.body.classList.add("beside-open");
  at("beside-title").textContent = how.title;
  const verdict = at("beside-verdict");
  verdict.className = said.verdict.status;
  verdict.textContent = said.verdict.text;
  at("beside-other").textContent = how.other.toLowerCase();
  const many = said.behaviours.length > 1;
  at("which").hidden = !many;
  at("behaviour").replaceChildren(...said.behaviours.map((behaviour, number) =>
    element("option", { value: number }, `${number + 1}: ${behaviour.title}`)));
  drawBehaviour(0);
  at("rows").focus();
}

export function closeBeside() {
  at("beside").hidden = true;
  document.querySelector("main").hidden = false;
  document.body.classList.remove("beside-open");
  shown = null;
}

export function drawBehaviour(number) {
  shown.behaviour = number;
  const { note, diagram, rows } = shown.said.behaviours[number];
  at("beside-diagram").innerHTML = diagram;
  at("beside-diagram").hidden = !diagram;
  if (diagram) drawHeads(at("beside-diagram"));
  const notes = [note, ...(shown.said.guesses ?? []).map((guess) => `Assumed: ${guess}`)];
  if (shown.said.more) notes.push(`${shown.said.more} more behaviours are not shown.`);
  at("beside-notes").replaceChildren(...notes.filter(Boolean).map((text) =>
    element("p", { class: "soft" }, text)));
  at("rows").replaceChildren(...rows.map(drawRow));
  at("first").hidden = !rows.some((row) => row.status === "different");
  const first = rows.findIndex((row) => row.status === "different");
  chooseRow(first < 0 ? 0 : first);
}

function drawRow(row, index) {
  const parts = [
    element("span", { class: "number" }, row.number === null ? "" : String(row.number)),
    element("span", { class: "name" }, row.model.text),
    element("span", { class: "sign", "aria-hidden": "true" }, signs[row.status]),
    element("span", { class: "done" }, row.other.text),
    element("span", { class: "spoken" }, `: ${spoken[row.status]}`),
  ];
  if (row.difference) parts.push(element("span", { class: "differs" },
    element("strong", {}, "first difference: "), row.difference.text));
  const item = element("li", { role: "option", id: `row-${index}`, class: row.status }, ...parts);
  item.addEventListener("click", () => chooseRow(index));
  return item;
}

export function moveRow(by) {
  chooseRow(chosen + by);
}

export function chooseRow(index) {
  const { rows } = shown.said.behaviours[shown.behaviour];
  chosen = Math.max(0, Math.min(index, rows.length - 1));
  const items = [...at("rows").children];
  items.forEach((item, number) => item.setAttribute("aria-selected", number === chosen));
  if (items.length === 0) return at("step-detail").replaceChildren();
  at("rows").setAttribute("aria-activedescendant", items[chosen].id);
  keepInSight(at("rows"), items[chosen]);
  follow(rows[chosen]);
  drawDetail(rows[chosen]);
}

export function chooseFirstDifference() {
  const { rows } = shown.said.behaviours[shown.behaviour];
  chooseRow(rows.findIndex((row) => row.status === "different"));
}

export function chooseNumber(number) {
  const { rows } = shown.said.behaviours[shown.behaviour];
  const index = rows.findIndex((row) => row.number === number);
  if (index >= 0) chooseRow(index);
}

// Scrolls a list, and not the page, as `scrollIntoView` would; the items' places are within the list.
function keepInSight(list, item) {
  const above = item.offsetTop;
  if (above < list.scrollTop) list.scrollTop = above;
  const below = above + item.offsetHeight - list.clientHeight;
  if (below > list.scrollTop) list.scrollTop = below;
}

// The diagram follows: the row is marked and in sight; where nothing has its number, the last one.
function follow(row) {
  const diagram = at("beside-diagram");
  const parts = [...diagram.querySelectorAll("rect.row")];
  if (parts.length === 0) return;
  const number = row.number ?? parts.length - 1;
  for (const part of parts) {
    const here = Number(part.dataset.row) === number;
    const differs = row.status === "different" && row.number !== null;
    part.classList.toggle("now", here && !differs);
    part.classList.toggle("bad", here && differs);
    if (here) {
      const y = Number(part.getAttribute("y"));
      const top = diagram.scrollTop + 60, bottom = diagram.scrollTop + diagram.clientHeight - 50;
      if (y < top || y > bottom) diagram.scrollTop = y - diagram.clientHeight / 2;
    }
  }
}

// -- one step in full ---------------------------------------------------------------------------

function drawDetail(row) {
  const { said, how, behaviour } = shown;
  const parts = [];
  if (row.difference) {
    parts.push(element("div", { class: "differs" },
      element("h3", {}, `First difference: ${row.difference.text}`),
      element("dl", {}, element("dt", {}, "model"), element("dd", {}, row.difference.model),
        element("dt", {}, how.other.toLowerCase()), element("dd", {}, row.difference.other))));
  }
  parts.push(element("div", { class: "both" },
    side("Model", row.model, row.number > 0 ? "it changed nothing" : null),
    side(how.other, row.other, row.status === "unknown" || row.number === 0 ? null : how.nothing)));
  const states = said.behaviours[behaviour].states;
  if (states && row.number !== null) parts.push(matrix(states, row.number));
  if (row.status === "different" && said.possible) parts.push(...whatElse(said));
  at("step-detail").replaceChildren(...parts);
}

function side(name, what, nothing) {
  return element("div", {},
    element("h3", {}, name), element("p", { class: "name" }, what.text),
    what.lines.length
      ? element("ul", {}, ...what.lines.map((line) => element("li", {
        class: { "+": "added", "-": "removed" }[line[0]] ?? null }, line)))
      : nothing ? element("p", { class: "soft" }, nothing) : null);
}

// What each member knows after the step. Where both sides say the same it is written once.
function matrix(states, number) {
  if (number >= states.length) {
    return element("p", { class: "soft" }, "What members know is not compared after the difference.");
  }
  const before = new Map((states[number - 1]?.variables ?? []).map((v) => [v.name, v.cells]));
  const { members, variables } = states[number];
  const rows = variables.map((variable) => element("tr", {},
    element("th", { scope: "row" }, variable.name),
    ...variable.cells.map((value, index) => cell(value, before.get(variable.name)?.[index]))));
  return element("div", { class: "wide", tabindex: 0, role: "group",
    "aria-label": "What each member knows after this step" },
  element("table", {}, element("caption", {}, "What each member knows after this step. Where model and " +
    "implementation differ both are shown; what the step changed is bold."),
  element("thead", {}, element("tr", {}, element("td", {}),
    ...members.map((member) => element("th", { scope: "col" }, member)))),
  element("tbody", {}, ...rows)));
}

function cell(value, before) {
  if (value === null) return element("td", { class: "soft" }, "is no more");
  if (Array.isArray(value)) {
    return element("td", { class: "different" },
      element("div", {}, element("span", { class: "soft" }, "model: "), value[0]),
      element("div", {}, element("span", { class: "soft" }, "implementation: "), value[1]));
  }
  return element("td", { class: before !== undefined && before !== value ? "changed" : null }, value);
}

// Where the furthest behaviour ends: what else there was to go on with, and why that cannot be.
function whatElse(said) {
  const parts = [];
  if (said.next.length > 0) {
    parts.push(element("h3", {}, "What the other members' next events would need"),
      element("ul", { class: "next" }, ...said.next.map((each) => element("li", {},
        element("div", { class: "name" }, each.event), element("div", { class: "soft" }, each.why)))));
  }
  const possible = said.possible.map((step) => element("li", { class: "name" }, step));
  if (said.more_possible) possible.push(element("li", {}, `and ${said.more_possible} more`));
  if (possible.length > 0) {
    parts.push(element("h3", {}, "What the specification allows there"),
      element("ul", { class: "next" }, ...possible));
  }
  return parts;
}
