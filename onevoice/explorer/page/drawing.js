// Draws what the server said. Text is put in as text, never as markup; only the diagram, which the
// server itself drew, is markup.

export function element(name, attributes = {}, ...content) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) {
      made.setAttribute(key, value === true ? "" : value);
    }
  }
  made.append(...content.filter((item) => item !== null && item !== undefined));
  return made;
}

const at = (id) => document.getElementById(id);

export function drawAll(said, take) {
  at("about").textContent = said.words.join(" · ");
  at("length").textContent = said.length === 1 ? "1 step" : `${said.length} steps`;
  drawSteps(said, take);
  drawDisabled(said, null);
  drawDiagram(said);
  drawState(said);
  drawProperties(said);
}

function drawSteps(said, take) {
  const items = said.enabled.map((step, index) => {
    const item = element("li", {
      role: "option", id: `step-${index}`, "data-token": step.token,
      title: `by the ${step.by}: ${step.doc}`,
    }, element("span", { class: "name" }, step.text), step.by === "member" ? element("span", { class: "by" }, "member") : null);
    item.addEventListener("click", () => take(step.token));
    return item;
  });
  at("enabled").replaceChildren(...items);
  if (items.length === 0) {
    at("enabled").append(element("li", { class: "none" }, "No step is enabled: it rests here."));
  }
  at("undo").disabled = said.length === 0;
}

// How many there are is known at once, which they are when they have been asked for.
export function drawDisabled(said, disabled) {
  const [count] = at("disabled").getElementsByClassName("count");
  count.textContent = `(${said.steps - said.enabled.length})`;
  const wanted = at("filter").value.trim();
  const shown = (disabled ?? []).filter((step) => step.text.includes(wanted));
  const [list] = at("disabled").getElementsByTagName("ul");
  list.replaceChildren(...shown.map((step) => element("li", {},
    element("span", { class: "name" }, step.text), reason(step, "false: "))));
}

export function reason(why, opening) {
  return element("div", { class: "reason" },
    element("div", {}, opening, element("code", {}, why.false)),
    why.for ? element("div", { class: "soft" }, `for ${why.for}`) : null,
    why.at ? element("div", { class: "soft" }, why.at) : null);
}

function drawDiagram(said) {
  at("diagram").innerHTML = said.diagram;
  for (const part of at("diagram").querySelectorAll(`rect.row[data-row="${said.length}"]`)) {
    part.classList.add("now");
  }
  drawHeads(at("diagram"));
  at("diagram").scrollTop = at("diagram").scrollHeight;
}

// The members' names stay in sight when the diagram is scrolled.
export function drawHeads(diagram) {
  const [drawn] = diagram.getElementsByTagName("svg");
  const heads = drawn.cloneNode(false);
  for (const name of ["role", "aria-labelledby", "aria-describedby"]) heads.removeAttribute(name);
  heads.setAttribute("aria-hidden", "true");
  heads.classList.add("heads");
  const names = [...drawn.querySelectorAll("text.name")];
  const height = Number(names[0].getAttribute("y")) + 6;
  heads.setAttribute("height", height);
  heads.setAttribute("viewBox", `0 0 ${drawn.getAttribute("width")} ${height}`);
  heads.style.marginBottom = `${-height}px`; // it lies over the place that the names leave
  heads.append(...names);
  drawn.before(heads);
}

function chips(facts) {
  const marks = { new: "+ ", gone: "− ", "": "" };
  const spoken = { new: "became true", gone: "became false", "": "" };
  return facts.map((fact) => element("span", {
    class: `fact ${fact.mark}`, title: [fact.point, spoken[fact.mark]].filter(Boolean).join(": "),
  }, marks[fact.mark] + fact.text));
}

function drawState(said) {
  const facts = said.facts.filter((fact) => !fact.fixed);
  const within = (member, view) =>
    chips(facts.filter((fact) => fact.member === member && fact.view === view));
  const used = said.views.filter((view) => facts.some((fact) => fact.view === view));
  const unused = said.views.length - used.length;
  const head = element("tr", {}, element("th", { scope: "col" }, "member"),
    element("th", { scope: "col" }, "of itself"),
    ...used.map((view) => element("th", { scope: "col" }, view)));
  const ofViews = element("tr", { class: "of-views" },
    element("th", { scope: "row", colspan: 2 }, "of the view"),
    ...used.map((view) => element("td", {}, ...within("", view))));
  const rows = said.members.map((member) => element("tr", {
    class: facts.some((f) => f.text === "crashed" && f.member === member && f.mark !== "gone")
      ? "crashed" : null,
  }, element("th", { scope: "row" }, member),
    element("td", {}, ...within(member, "")),
    ...used.map((view) => element("td", {}, ...within(member, view)))));
  at("state").replaceChildren(element("thead", {}, head), element("tbody", {}, ofViews, ...rows));
  const changed = said.changed.length;
  at("changed").textContent = said.length === 0 ? "initial" :
    changed === 0 ? `${said.taken.at(-1)} changed nothing` :
      `${said.taken.at(-1)} changed ${changed} fact${changed === 1 ? "" : "s"}`;
  const rest = unused > 0 ? `${unused} more view${unused === 1 ? "" : "s"} can be formed.` : "";
  at("others").replaceChildren(...within("", ""), ` ${rest}`);
  at("fixed").replaceChildren(...said.facts.filter((f) => f.fixed)
    .map((f) => element("span", { class: "fact" }, f.point)));
}

// What is true needs no more than its name; what is not comes first, with the reason.
function drawProperties(said) {
  const signs = { true: "✓", false: "✗", open: "…" };
  const words = { true: "true", false: "false", open: "not yet" };
  const order = { false: 0, open: 1, true: 2 };
  const sorted = [...said.properties].sort((a, b) => order[a.status] - order[b.status]);
  at("properties").replaceChildren(...sorted.map((property) => {
    const line = [element("span", { class: "sign", "aria-hidden": "true" }, signs[property.status]),
      element("span", { class: "name" }, property.name),
      element("span", { class: "soft" }, words[property.status])];
    if (property.reason === null) {
      return element("li", { class: `${property.status} plain`, title: property.doc }, ...line);
    }
    const opening = property.status === "open" ? "waits for: " : "false: ";
    return element("li", { class: property.status, title: property.doc },
      element("details", { open: property.status === "false" },
        element("summary", {}, ...line), reason(property.reason, opening)));
  }));
}

export function drawAnswer(...content) {
  at("answer").replaceChildren(...content.filter(Boolean));
}

export function drawExplained(said) {
  if (said.value) return drawAnswer(element("p", { class: "true" }, "✓ It is true here."));
  drawAnswer(element("p", { class: "false" }, "✗ It is false here."),
    reason(said.reason, "smallest false part: "),
    said.members.length ? element("p", {}, `Members concerned: ${said.members.join(", ")}`) : null,
    element("ul", { class: "atoms" }, ...said.atoms.map((atom) => element("li", {
      class: String(atom.value) }, `${atom.value ? "✓" : "✗"} ${atom.text}`))));
}

export function drawAsked(said) {
  const good = said.answer === "true at every size";
  const state = said.answer === "violated" ? "false" : good ? "true" : "open";
  const parts = [
    element("p", { class: state }, element("strong", {}, said.answer)),
    element("p", { class: "soft" },
      `${said.states.toLocaleString("en")} states searched${said.complete ? ", all there are" : ""}` +
      `${said.proof ? `; with ${said.proof.lemmas} lemmas: ${said.proof.verdict}` : ""}` +
      `; ${said.seconds.toFixed(1)} s`)];
  if (said.proof?.why) parts.push(element("p", { class: "soft" }, said.proof.why));
  for (const premise of said.premises_never_true) {
    parts.push(element("p", {}, "never true here: ", element("code", {}, premise)));
  }
  if (said.counterexample) {
    parts.push(element("p", {}, `A shortest violation takes ${said.counterexample.length} steps: `,
      element("a", { href: `#${said.fragment}` }, "go there")));
  }
  if (said.cti) {
    parts.push(element("details", { open: true },
      element("summary", {}, said.cti.step
        ? `Counterexample to induction: ${said.cti.step}` : "An initial state"),
      element("div", { class: "soft" }, Object.entries(said.cti.sizes)
        .map(([sort, size]) => `${size} of ${sort}`).join(", ")),
      element("p", {}, "before: ", element("code", {}, said.cti.before.join(", ") || "nothing")),
      element("p", {}, "changes: ", element("code", {}, said.cti.changes.join(", ") || "none")),
      said.cti.excluded_by.length ? element("p", {}, "the state before is excluded by: ",
        element("code", {}, said.cti.excluded_by.join(", "))) : null));
  }
  drawAnswer(...parts);
}

export function drawProblem(problem) {
  at("problem").hidden = !problem;
  at("problem").replaceChildren(problem ? problem.error : "",
    ...(problem?.caret ? [element("pre", {}, problem.caret)] : []));
}
