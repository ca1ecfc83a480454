const everything = { text: "", failure: "", outcome: "", namespace: "", team: "", rule: "", order: "worst" };
const filter = { ...everything };

/** Whether a row is one of those that are asked for. */
function isWanted(row) {
  return (filter.namespace === "" || row.namespace === filter.namespace)
    && (filter.team === "" || row.team === filter.team)
    && (filter.rule === "" || row.findings.some(finding => finding.rule === filter.rule))
    && hasOutcome(row)
    && filter.text.toLowerCase().split(/\s+/).every(word => row.text.includes(word));
}

function hasOutcome(row) {
  if (filter.outcome === "") {
    return true;
  }

  if (filter.outcome === "held") {
    return row.obstacles.length > 0;
  }

  return row.verdicts?.some((verdict, index) => (filter.failure === "" || failures[index].id === filter.failure) && verdict.outcome === filter.outcome) ?? false;
}

/** The rows that are asked for, by namespace. */
function wantedGroups() {
  const groups = new Map();
  for (const row of data.rows) {
    if (isWanted(row)) {
      const group = groups.get(row.namespace) ?? { namespace: row.namespace, rows: [], badness: 0 };
      group.rows.push(row);
      group.badness += row.badness;
      groups.set(row.namespace, group);
    }
  }

  const byName = (one, other) => (one < other ? -1 : one > other ? 1 : 0);
  const isWorstFirst = filter.order === "worst";
  for (const group of groups.values()) {
    group.rows.sort((one, other) => (isWorstFirst ? other.badness - one.badness : 0) || byName(one.name, other.name) || byName(one.kind, other.kind));
  }

  return [...groups.values()].sort((one, other) => (isWorstFirst ? other.badness - one.badness : 0) || byName(one.namespace, other.namespace));
}

function choice(key, label, options) {
  return el(
    "label",
    null,
    el("span", null, label),
    el("select", { name: key, change: event => applyFilter({ text: event.target.form.elements.text.value.trim(), [key]: event.target.value }) }, options.map(([value, name]) => el("option", { value }, name))));
}

function distinct(values) {
  return [...new Set(values)].filter(value => value !== "").sort();
}

function showFilters() {
  let timer = 0;
  const search = el("input", {
    type: "search",
    name: "text",
    autocomplete: "off",
    spellcheck: "false",
    placeholder: "name, kind, team, rule",
    input: event => {
      clearTimeout(timer);
      timer = setTimeout(() => applyFilter({ text: event.target.value.trim() }), 120);
    },
  });
  const namespaces = distinct(data.rows.map(row => row.namespace));
  const teams = distinct(data.rows.map(row => row.team));
  const rules = distinct(data.rows.flatMap(row => row.findings.map(finding => finding.rule)));
  const names = values => [["", "all"], ...values.slice(0, 2000).map(value => [value, value])];
  byId("filters").append(
    el("label", { class: "search" }, el("span", null, "Search"), search),
    choice("outcome", "Outcome", [["", "any"], ["Down", "down"], ["Degraded", "degraded"], ["Unknown", "unknown"], ["Survives", "survives"], ["held", "drain held up"]]),
    choice("failure", "In", [["", "any failure"], ...failures.map(failure => [failure.id, failure.name.toLowerCase()])]),
    choice("namespace", "Namespace", names(namespaces)),
    ...(teams.length > 0 ? [choice("team", "Team", names(teams))] : []),
    choice("rule", "Rule", names(rules)),
    choice("order", "Order", [["worst", "worst first"], ["name", "by name"]]),
    el("button", { type: "reset", class: "quiet" }, "Clear"));
  byId("filters").addEventListener("reset", event => {
    event.preventDefault();
    applyFilter(everything);
    search.focus();
  });
  byId("filters").addEventListener("submit", event => event.preventDefault());
}

/** Changes what is asked for and shows it; the form follows. */
function applyFilter(changes) {
  Object.assign(filter, changes);
  const form = byId("filters");
  for (const [key, value] of Object.entries(filter)) {
    if (form.elements[key] !== undefined && (key !== "text" || form.elements[key].value.trim() !== value)) {
      form.elements[key].value = value;
    }
  }

  showGrid();
}

/** The same from elsewhere on the page: shows nothing but this, and goes there. */
function showOnly(changes) {
  selectTab("workloads");
  applyFilter({ ...everything, order: filter.order, ...changes });
  byId("found").scrollIntoView({ block: "start" });
  byId("filters").elements.text.focus({ preventScroll: true });
}
