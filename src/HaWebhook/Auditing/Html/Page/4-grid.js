/** Rows and namespaces that are shown at once, and again with each step. */
const part = 200;

const columns = failures.length + 3;

/** The namespaces that somebody opened or closed; the others are open as long as the page stays short. */
const opened = new Map();

/** The rows whose details are open. */
const detailed = new Set();

let isPrinting = false;

function showGrid() {
  const groups = wantedGroups();
  const total = groups.reduce((sum, group) => sum + group.rows.length, 0);
  byId("found").textContent = total === 0
    ? "Nothing matches."
    : `${total === data.rows.length ? "All " : ""}${count(total, "object")}${total === data.rows.length ? "" : ` of ${numbers.format(data.rows.length)}`} in ${count(groups.length, "namespace")}`;
  const table = el(
    "table",
    { class: "grid" },
    el("caption", { class: "hidden" }, "What becomes of each workload in each failure, by namespace"),
    el(
      "thead",
      null,
      el(
        "tr",
        null,
        el("th", { scope: "col" }, "Workload"),
        el("th", { scope: "col", class: "pods" }, data.source.living ? "Ready" : "Pods"),
        failures.map(failure => el("th", { scope: "col", class: "verdict" }, el("span", { class: "long" }, failure.name), el("span", { class: "short", "aria-hidden": "true" }, failure.short))),
        el("th", { scope: "col", class: "findings" }, "Findings"))));
  const place = byId("grid");
  place.replaceChildren();
  if (total === 0) {
    return;
  }

  let room = isPrinting ? Infinity : part;
  for (const group of groups) {
    group.isOpen = isPrinting || (opened.get(group.namespace) ?? group.rows.length <= room);
    room -= group.isOpen ? group.rows.length : 0;
  }

  place.append(table);
  showInTable(table, groups, showGroup, isPrinting ? Infinity : part);
}

/** Like <code>inParts</code>, for bodies of a table and the rows of a body. */
function showInTable(parent, items, show, size) {
  let shown = 0;
  function next(isAsked) {
    const nodes = items.slice(shown, shown + size).map(show);
    const first = nodes[0].firstElementChild ?? nodes[0];
    shown += nodes.length;
    parent.append(...nodes);
    if (shown < items.length) {
      const left = items.length - shown;
      const button = el("button", { type: "button", class: "more", click: () => { row.remove(); next(true); } }, `Show ${numbers.format(Math.min(size, left))} more of ${numbers.format(left)}`);
      const line = el("tr", { class: "rest" }, el("td", { colspan: columns }, button));
      const row = parent.tagName === "TABLE" ? el("tbody", null, line) : line;
      parent.append(row);
    }

    if (isAsked) {
      first.querySelector("button")?.focus();
    }
  }

  next(false);
}

function showGroup(group) {
  const body = el("tbody");
  const button = el("button", { type: "button", class: "toggle", "aria-expanded": String(group.isOpen) }, icon("chevron"), el("span", null, group.namespace === "" ? "(no namespace)" : group.namespace), el("span", { class: "muted count" }, numbers.format(group.rows.length)));
  const head = el(
    "tr",
    { class: "namespace" },
    el("th", { scope: "rowgroup", colspan: 2 }, button),
    failures.map((_, index) => el("td", { class: "verdict" }, groupTotals(group.rows, index))),
    el("td", { class: "findings" }, findingTotal(group.rows.flatMap(row => row.findings))));
  body.append(head);
  button.addEventListener("click", () => {
    group.isOpen = !group.isOpen;
    opened.set(group.namespace, group.isOpen);
    button.setAttribute("aria-expanded", String(group.isOpen));
    body.replaceChildren(head);
    fill();
  });
  function fill() {
    if (group.isOpen) {
      showInTable(body, group.rows, row => showRow(row), isPrinting ? Infinity : part);
    }
  }

  fill();
  return body;
}

function groupTotals(rows, index) {
  const totals = new Map();
  for (const row of rows) {
    if (row.verdicts) {
      totals.set(row.verdicts[index].outcome, (totals.get(row.verdicts[index].outcome) ?? 0) + 1);
    }
  }

  const bad = ["Down", "Degraded", "Unknown"].filter(outcome => totals.has(outcome));
  return bad.length > 0
    ? bad.map(outcome => el("span", { class: `tally ${outcome}` }, icon(outcome), `${totals.get(outcome)} `, el("span", { class: "word" }, outcome.toLowerCase())))
    : totals.has("Survives") ? el("span", { class: "tally Survives" }, icon("Survives"), el("span", { class: "word" }, "all survive")) : "";
}

function findingTotal(findings) {
  if (findings.length === 0) {
    return el("span", { class: "muted" }, "–", el("span", { class: "hidden" }, "none"));
  }

  const worst = ["Deny", "Warn", "Audit"].find(action => findings.some(finding => finding.action === action)) ?? "";
  const number = findings.filter(finding => finding.action === worst).length;
  const rest = findings.length - number;
  return [el("span", { class: `action ${worst}` }, `${number} ${worst.toLowerCase()}`), rest > 0 ? el("span", { class: "muted" }, ` +${rest}`) : null];
}

/** A row and, after it, its details when they are open. They are one fragment, so that both stay together. */
function showRow(row) {
  const fragment = document.createDocumentFragment();
  const id = `details-${row.index}`;
  const button = el("button", { type: "button", class: "name", "aria-expanded": "false", "aria-controls": id }, el("bdi", null, row.name));
  const line = el(
    "tr",
    { id: `row-${row.index}`, class: "row" },
    el(
      "th",
      { scope: "row" },
      button,
      el("span", { class: "muted about" }, row.kind, row.team === "" ? null : [" · ", el("bdi", null, row.team)])),
    el("td", { class: "pods" }, row.pods ? podsOf(row.pods) : ""),
    row.verdicts
      ? row.verdicts.map((verdict, index) => showCell(verdict, failures[index].id === "Drain" ? heldBy(row) : null, () => toggle()))
      : el("td", { colspan: failures.length, class: "muted" }, "Keeps no pods running"),
    el("td", { class: "findings" }, findingTotal(row.findings)));
  let details = null;
  function toggle(isOpen = details === null) {
    if (isOpen === (details !== null)) {
      return;
    }

    if (isOpen) {
      details = el("tr", { id, class: "details" }, el("td", { colspan: columns }, showDetails(row)));
      line.after(details);
      detailed.add(row.index);
    } else {
      details.remove();
      details = null;
      detailed.delete(row.index);
    }

    button.setAttribute("aria-expanded", String(isOpen));
  }

  button.addEventListener("click", () => toggle());
  fragment.append(line);
  if (detailed.has(row.index) || (isPrinting && isWorthPrinting(row))) {
    const before = detailed.has(row.index);
    toggle(true);
    if (!before) {
      detailed.delete(row.index);
    }
  }

  return fragment;
}

function podsOf(pods) {
  if (!data.source.living) {
    return numbers.format(pods.desired);
  }

  return el("span", { class: pods.ready < pods.minimum ? "Down" : pods.ready < pods.desired ? "Degraded" : null }, `${pods.ready}/${pods.desired}`, el("span", { class: "hidden" }, " pods are ready"));
}

/** What holds the drain of its nodes up, where more than patience is needed; null for nothing. */
function heldBy(row) {
  const [obstacle] = row.obstacles;
  if (obstacle === undefined || obstacle.state === "Free" || obstacle.state === "InTurns") {
    return null;
  }

  return el("span", { class: `held state ${obstacle.state}` }, obstacle.budgets.length === 0 ? drainStates[obstacle.state] : `${drainStates[obstacle.state]} by ${obstacle.budgets.join(" and ")}`);
}

/** The verdict, and below it the reason and the mend in small: the whole of both is in the details. */
function showCell(verdict, held, open) {
  const isFine = verdict.outcome === "Survives";
  return el(
    "td",
    { class: `verdict ${verdict.outcome}`, title: isFine ? verdict.reason : null, click: open },
    el("span", { class: "outcome" }, icon(verdict.outcome), el("span", { class: "word" }, wordOf(verdict))),
    held,
    isFine ? null : el("span", { class: "reason" }, verdict.reason),
    verdict.mend === null ? null : el("span", { class: "remedy" }, icon("mend"), el("span", null, el("span", { class: "hidden" }, "To mend it: "), verdict.mend.fix)));
}

function wordOf(verdict) {
  return {
    Certain: verdict.outcome.toLowerCase(),
    Conditional: `${verdict.outcome.toLowerCase()} with ${verdict.atLeast} or more`,
    Likely: `likely ${verdict.outcome.toLowerCase()}`,
  }[verdict.certainty];
}

/** Opens the details of a row, wherever it is, and goes there. */
function goTo(index) {
  const row = data.rows[index];
  detailed.add(index);
  opened.set(row.namespace, true);
  selectTab("workloads");
  applyFilter({ ...everything, order: filter.order, namespace: row.namespace, text: row.name.toLowerCase() });
  const line = byId(`row-${index}`);
  line?.scrollIntoView({ block: "center" });
  line?.querySelector("button").focus({ preventScroll: true });
}
