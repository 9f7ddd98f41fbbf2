// The explorer's page. The part of the URL after # says what is run and along which path; all else is
// asked of the server each time it changes, so back and forward are like any other step.

import {
  chooseFirstDifference, chooseNumber, closeBeside, drawBehaviour, isOpen, moveRow, openBeside,
} from "./beside.js";
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
let limits = null; // of what can be opened, as the server says
let logs = null; // those that are shown: {files}
let comparedAt = null; // the part of the URL of which a comparison is shown

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
  if (isOpen() && comparedAt !== location.hash) close();
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

// -- beside the implementation, and beside logs --------------------------------------------------

const withMembers = at("with-members").elements;
const withLogs = at("with-logs").elements;

async function compare(members = "") {
  drawProblem(null);
  const where = location.hash;
  document.body.classList.add("waiting");
  await attempt(async () => {
    const answer = await ask("compare", { ...read(), members });
    if (where !== location.hash) return;
    logs = null;
    isOfLogs(false);
    comparedAt = where;
    at("with-members").hidden = false;
    at("with-logs").hidden = true;
    withMembers.members.value = answer.members;
    openBeside({ verdict: answer.verdict, behaviours: [answer] }, {
      title: "Model beside implementation", other: "Implementation",
      nothing: "no member learned anything",
    });
  });
  document.body.classList.remove("waiting");
}

async function showLogs(files) {
  drawProblem(null);
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  if (bytes > limits.logs) {
    return drawProblem({ error: `The logs have ${bytes.toLocaleString("en")} bytes, more than the ` +
      `${limits.logs.toLocaleString("en")} that are read here: open fewer, or use \`onevoice ` +
      "validate` in a terminal." });
  }
  document.body.classList.add("waiting");
  at("about").textContent = "Looking for a behaviour that shows the logs…";
  await attempt(async () => {
    const answer = await ask("logs", {
      files: await Promise.all(files.map(async (f) => ({ name: f.name, text: await f.text() }))),
      delivery: scope.delivery.value,
      silent: [...at("silent").querySelectorAll("input:checked")].map((box) => box.value),
      ignored: withLogs.ignored.value.split(/[\s,]+/).filter(Boolean),
    });
    logs = { files };
    isOfLogs(true);
    comparedAt = location.hash;
    at("with-members").hidden = true;
    at("with-logs").hidden = false;
    openBeside(answer, {
      title: `Model beside ${files.length === 1 ? files[0].name : `${files.length} logs`}`,
      other: "Log", nothing: null,
    });
  });
  if (said !== null) at("about").textContent = said.words.join(" · ");
  document.body.classList.remove("waiting");
}

function close() {
  closeBeside();
  comparedAt = logs = null;
  isOfLogs(false);
  at("enabled").focus();
}

// What logs show is not the path: that cannot be saved then, and its scope is not theirs.
function isOfLogs(are) {
  document.body.classList.toggle("logs-open", are);
  for (const name of ["save", "draw", "mermaid"]) at(name).disabled = are;
}

// A log is an object a line; a trace file is one object in many lines.
async function areLogs(files) {
  if (files.length > 1 || /\.(jsonl|ndjson|log)$/.test(files[0].name)) return true;
  const [line] = (await files[0].slice(0, 1 << 16).text()).split("\n", 1);
  try {
    return "event" in JSON.parse(line);
  } catch {
    return false;
  }
}

async function openFiles(files) {
  if (await areLogs(files)) return showLogs(files);
  const [file] = files;
  if (file.size > limits.trace) {
    return drawProblem({ error: `${file.name} has ${file.size.toLocaleString("en")} bytes, more than ` +
      `the ${limits.trace.toLocaleString("en")} that are read here: \`onevoice show\` in a terminal ` +
      "reads longer traces." });
  }
  drawProblem(null);
  const { fragment } = await ask("load", file);
  if (isOpen()) close();
  location.hash = `#${fragment}`;
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
  limits = { trace: answer.trace_bytes_max, logs: answer.logs_bytes_max };
  withMembers.members.replaceChildren(...answer.members.map((name) => element("option", {}, name)));
  at("silent").replaceChildren(...answer.silent.map((kind) => element("label", {},
    element("input", { type: "checkbox", value: kind }), ` ${kind}`)));
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

const besideKeys = {
  j: () => moveRow(1),
  ArrowDown: () => moveRow(1),
  k: () => moveRow(-1),
  ArrowUp: () => moveRow(-1),
  f: chooseFirstDifference,
  c: close,
  "?": () => at("help").showModal(),
};

const keys = {
  c: () => compare(),
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
  const where = event.target;
  if (event.key === "Escape") {
    if (isOpen() && !where.matches("input, select")) return close();
    return (isOpen() ? at("rows") : at("enabled")).focus();
  }
  if (where.matches("input, textarea, select")) return;
  if (where.matches("button, a, summary") && event.key === "Enter") return;
  if (where.matches(".diagram, .wide") && event.key.startsWith("Arrow")) return;
  const known = isOpen() ? besideKeys : keys;
  if (!Object.hasOwn(known, event.key)) return;
  event.preventDefault();
  known[event.key]();
});

at("diagram").addEventListener("click", (event) => {
  const part = event.target.closest("[data-row]");
  if (part === null) return;
  const question = read();
  const steps = question.path.split("~").slice(0, Number(part.dataset.row));
  go({ ...question, path: steps.join("~") });
});
at("beside-diagram").addEventListener("click", (event) => {
  const part = event.target.closest("[data-row]");
  if (part !== null) chooseNumber(Number(part.dataset.row));
});
at("compare").addEventListener("click", () => compare());
at("close").addEventListener("click", close);
at("first").addEventListener("click", chooseFirstDifference);
at("behaviour").addEventListener("change", () => drawBehaviour(Number(at("behaviour").value)));
withMembers.members.addEventListener("change", () => compare(withMembers.members.value));
at("with-members").addEventListener("submit", (event) => event.preventDefault());
at("with-logs").addEventListener("submit", (event) => {
  event.preventDefault();
  if (logs !== null) showLogs(logs.files);
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
at("mermaid").addEventListener("click", () => attempt(async () => {
  const file = await ask("mermaid", read());
  download(file.name, file.text, "text/vnd.mermaid");
}));
at("open").addEventListener("click", () => at("file").click());
at("file").addEventListener("change", () => attempt(async () => {
  const files = [...at("file").files];
  at("file").value = "";
  if (files.length > 0) await openFiles(files);
}));
window.addEventListener("hashchange", show);

await fillChoices();
await show();
at("enabled").focus();
