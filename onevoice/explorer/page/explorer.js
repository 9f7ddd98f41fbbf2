// The explorer's page. The part of the URL after # says what is run and along which path; all else is
// asked of the server each time it changes, so back and forward are like any other step.

import {
  drawAll, drawAnswer, drawAsked, drawDisabled, drawExplained, drawProblem, element,
} from "./drawing.js";

const at = (id) => document.getElementById(id);
const scope = at("scope").elements;
const formula = at("formula").elements;
let said = null; // of the state that is shown
let disabled = null; // steps there, once they have been asked for
let chosen = 0; // in the list of steps
let asked = 0; // questions so far: only the answer to the last one is drawn
let answeredAt = null; // the path of which the answer about a formula speaks; null for all

// -- the URL ------------------------------------------------------------------------------------

function read() {
  const fields = {};
  for (const part of location.hash.slice(1).split("&").filter(Boolean)) {
    const cut = part.indexOf("=");
    try {
      fields[part.slice(0, cut)] = decodeURIComponent(part.slice(cut + 1));
    } catch {
      fields[part.slice(0, cut)] = part.slice(cut + 1);
    }
  }
  const number = (name, usual) => (name in fields ? Number.parseInt(fields[name], 10) || 0 : usual);
  return {
    groups: fields.groups ?? "2+1", failures: number("failures", 1),
    requests: number("requests", 0), views: number("views", 0),
    delivery: fields.delivery ?? "same-view", total_order: fields.order === "total",
    variant: fields.variant || null, path: fields.path ?? "",
  };
}

function write(question) {
  const fields = {
    groups: question.groups, failures: question.failures, delivery: question.delivery,
    requests: question.requests || null, views: question.views || null,
    order: question.total_order ? "total" : null, variant: question.variant,
    path: question.path || null,
  };
  return `#${Object.entries(fields).filter(([, value]) => value !== null).map(([name, value]) =>
    `${name}=${encodeURIComponent(value).replaceAll("%2B", "+").replaceAll("%2C", ",")}`).join("&")}`;
}

function go(question) {
  const hash = write(question);
  if (hash === location.hash) return show();
  location.hash = hash; // `hashchange` shows it
}

// -- questions ----------------------------------------------------------------------------------

async function ask(what, body) {
  const answer = await fetch(`api/${what}`, {
    method: "POST", headers: { "Content-Type": "application/json" },
    body: typeof body === "string" || body instanceof Blob ? body : JSON.stringify(body),
  }).catch(() => null);
  if (answer === null) throw { error: "The server does not answer: is `onevoice explore` running?" };
  const data = await answer.json();
  if (!answer.ok) throw data;
  return data;
}

async function attempt(work) {
  try {
    await work();
  } catch (problem) {
    if (!problem.error) throw problem;
    drawProblem(problem);
  }
}

async function show() {
  const mine = ++asked;
  const question = read();
  fillScope(question);
  if (answeredAt !== null && answeredAt !== question.path) forget();
  document.body.classList.add("waiting");
  await attempt(async () => {
    const answer = await ask("state", question);
    if (mine !== asked) return;
    said = answer;
    disabled = null;
    drawProblem(null);
    drawAll(said, take);
    choose(0);
    showDisabled();
  });
  if (mine === asked) document.body.classList.remove("waiting");
}

async function showDisabled() {
  if (said === null || !at("disabled").open) return;
  await attempt(async () => {
    if (disabled === null) {
      const answer = await ask("disabled", read());
      if (answer.path !== said.path) return;
      disabled = answer.disabled;
    }
    drawDisabled(said, disabled);
  });
}

function take(token) {
  const question = read();
  go({ ...question, path: question.path ? `${question.path}~${token}` : token });
}

function undo() {
  const question = read();
  const cut = question.path.lastIndexOf("~");
  if (question.path) go({ ...question, path: cut < 0 ? "" : question.path.slice(0, cut) });
}

function forget() {
  answeredAt = null;
  drawAnswer();
}

async function aboutFormula(what) {
  const question = { ...read(), text: formula.text.value };
  answeredAt = what === "ask" ? null : question.path;
  const waits = what === "ask" ? "Asking; this takes some seconds…" : "Looking…";
  drawProblem(null);
  drawAnswer(element("p", { class: "soft" }, waits));
  await attempt(async () => {
    try {
      const answer = await ask(what, question);
      if (what === "explain") drawExplained(answer);
      else if (what === "ask") drawAsked(answer);
      else {
        drawAnswer(element("p", { class: answer.found ? "true" : "open" }, answer.said),
          answer.found ? element("p", { class: "soft" }, answer.steps.join(" · ")) : null);
        if (answer.found) {
          answeredAt = answer.path;
          location.hash = `#${answer.fragment}`;
        }
      }
    } catch (problem) {
      if (!problem.error) throw problem;
      drawAnswer(element("p", { class: "false" }, problem.error),
        problem.caret ? element("pre", {}, problem.caret) : null);
    }
  });
}

function download(name, text, kind) {
  const link = element("a", { href: URL.createObjectURL(new Blob([text], { type: kind })),
    download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

// -- what is run --------------------------------------------------------------------------------

function fillScope(question) {
  scope.groups.value = question.groups;
  scope.failures.value = question.failures;
  scope.delivery.value = question.delivery;
  scope.variant.value = question.variant ?? "";
  scope.total_order.checked = question.total_order;
}

async function fillChoices() {
  const answer = await fetch("api/choices").then((found) => found.json());
  scope.delivery.replaceChildren(...answer.deliveries.map((name) => element("option", {}, name)));
  scope.variant.replaceChildren(element("option", { value: "" }, "none: as shipped"),
    ...answer.variants.map((v) => element("option", { value: v.name, title: v.meaning }, v.name)));
}

at("scope").addEventListener("submit", (event) => {
  event.preventDefault();
  forget();
  go({
    ...read(), groups: scope.groups.value, failures: Number(scope.failures.value) || 0,
    requests: 0, views: 0, delivery: scope.delivery.value,
    total_order: scope.total_order.checked, variant: scope.variant.value || null, path: "",
  });
});

// -- keys and buttons ---------------------------------------------------------------------------

function choose(index) {
  const items = [...at("enabled").querySelectorAll("[data-token]")];
  if (items.length === 0) return at("enabled").removeAttribute("aria-activedescendant");
  chosen = Math.max(0, Math.min(index, items.length - 1));
  items.forEach((item, number) => item.setAttribute("aria-selected", number === chosen));
  at("enabled").setAttribute("aria-activedescendant", items[chosen].id);
  items[chosen].scrollIntoView({ block: "nearest" });
}

const keys = {
  j: () => choose(chosen + 1),
  ArrowDown: () => choose(chosen + 1),
  k: () => choose(chosen - 1),
  ArrowUp: () => choose(chosen - 1),
  Enter: () => {
    const token = said?.enabled[chosen]?.token;
    if (token) take(token);
  },
  u: undo,
  d: () => { at("disabled").open = !at("disabled").open; },
  "/": () => formula.text.focus(),
  "?": () => at("help").showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || at("help").open) return;
  if (event.key === "Escape") return at("enabled").focus();
  const where = event.target;
  if (where.matches("input, textarea, select")) return;
  if (where.matches("button, a, summary") && event.key === "Enter") return;
  if (where.matches("#diagram, .wide") && event.key.startsWith("Arrow")) return;
  if (!Object.hasOwn(keys, event.key)) return;
  event.preventDefault();
  keys[event.key]();
});

at("diagram").addEventListener("click", (event) => {
  const part = event.target.closest("[data-row]");
  if (part === null) return;
  const question = read();
  const steps = question.path.split("~").slice(0, Number(part.dataset.row));
  go({ ...question, path: steps.join("~") });
});
at("undo").addEventListener("click", undo);
at("keys").addEventListener("click", () => at("help").showModal());
at("disabled").addEventListener("toggle", showDisabled);
at("filter").addEventListener("input", showDisabled);
at("formula").addEventListener("submit", (event) => {
  event.preventDefault();
  aboutFormula(event.submitter?.name ?? "explain");
});
at("save").addEventListener("click", () => attempt(async () => {
  const file = await ask("save", read());
  download(file.name, file.text, "application/json");
}));
at("draw").addEventListener("click", () => attempt(async () => {
  const file = await ask("draw", read());
  download(file.name, file.text, "image/svg+xml");
}));
at("open").addEventListener("click", () => at("file").click());
at("file").addEventListener("change", () => attempt(async () => {
  const [file] = at("file").files;
  at("file").value = "";
  if (file) location.hash = `#${(await ask("load", file)).fragment}`;
}));
window.addEventListener("hashchange", show);

await fillChoices();
await show();
at("enabled").focus();
