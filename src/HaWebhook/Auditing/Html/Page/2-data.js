const failures = [
  { id: "Rollout", name: "Own rollout", short: "Rollout", when: "during its own rollout" },
  { id: "Drain", name: "Drain of any node", short: "Drain", when: "when a node is drained" },
  { id: "NodeLoss", name: "Loss of any node", short: "Node", when: "when a node is lost" },
  { id: "ZoneLoss", name: "Loss of any zone", short: "Zone", when: "when a zone is lost" },
];

/** From best to worst, as the data counts them. */
const outcomes = ["Survives", "Degraded", "Unknown", "Down"];
const certainties = ["Certain", "Conditional", "Likely"];

const drainStates = {
  Free: "Free",
  InTurns: "In turns",
  Waits: "Waits",
  NeedsForce: "Needs --force",
  Blocked: "Blocked",
};

const data = readData();

/** What the page embeds, with the numbers that stand for strings and mends replaced by them. */
function readData() {
  const raw = JSON.parse(byId("data").textContent);
  const text = index => raw.strings[index];
  const mend = index => (index < 0 ? null : { field: text(raw.mends[index][0]), message: text(raw.mends[index][1]), fix: text(raw.mends[index][2]), yaml: text(raw.mends[index][3]) });
  const obstacle = ([state, namespace, budgets, pods, reason, cure]) => ({ state: text(state), namespace: text(namespace), budgets: budgets.map(text), pods, reason: text(reason), mend: mend(cure) });
  const rows = raw.rows.map((row, index) => ({
    index,
    namespace: text(row.n),
    kind: text(row.k),
    name: text(row.m),
    apiVersion: text(row.a),
    team: text(row.t),
    file: text(row.p),
    line: row.l,
    pods: row.s && { desired: row.s[0], ready: row.s[1], minimum: row.s[2], enough: row.s[3], isQuorum: row.s[4] === 1, budget: text(row.s[5]) },
    verdicts: row.v?.map(([outcome, certainty, atLeast, reason, domain, cure]) => ({
      outcome: outcomes[outcome],
      certainty: certainties[certainty],
      atLeast,
      reason: text(reason),
      domain: text(domain),
      mend: mend(cure),
    })),
    obstacles: (row.o ?? []).map(obstacle),
    nodes: (row.on ?? []).map(([name, pods]) => [text(name), pods]),
    zones: (row.in ?? []).map(([name, pods]) => [text(name), pods]),
    findings: (row.f ?? []).map(([rule, action, field, message, fix]) => ({ rule: text(rule), action: text(action), field: text(field), message: text(message), fix: text(fix) })),
    moreFindings: row.g ?? 0,
    changes: (row.c ?? []).map(([rule, yaml]) => ({ rule: text(rule), yaml: text(yaml) })),
    exempt: (row.x ?? []).map(([rule, why]) => ({ rule: text(rule), why: text(why) })),
  }));
  for (const row of rows) {
    row.text = `${row.namespace}/${row.name} ${row.kind} ${row.team} ${row.findings.map(finding => finding.rule).join(" ")}`.toLowerCase();
    row.badness = badness(row);
  }

  const losses = ([down, degraded, downRows, degradedRows]) => ({ down, degraded, downRows, degradedRows });
  return {
    ...raw,
    rows,
    zones: raw.zones.map(([name, nodes, pods, loss]) => ({ name: text(name), nodes, pods, loss: losses(loss) })),
    nodes: raw.nodes.map(([name, zone, pods, state, knowsBudgets, loss, drain, obstacles]) => ({
      name: text(name),
      zone: text(zone),
      pods,
      state: text(state),
      knowsBudgets: knowsBudgets === 1,
      loss: losses(loss),
      drain: losses(drain),
      obstacles: obstacles.map(obstacle),
    })),
  };
}

/** How bad it is: what goes down weighs most. */
function badness(row) {
  const weights = { Down: 1000, Degraded: 30, Unknown: 5, Survives: 0 };
  const actions = { Deny: 3, Warn: 2, Audit: 1 };
  return (row.verdicts ?? []).reduce((sum, verdict) => sum + weights[verdict.outcome], 0)
    + row.findings.reduce((sum, finding) => sum + (actions[finding.action] ?? 0), 0);
}

function worstOf(verdicts) {
  return outcomes[Math.max(...verdicts.map(verdict => outcomes.indexOf(verdict.outcome)))];
}

function titleOf(row) {
  return `${row.kind} ${row.namespace.length > 0 ? `${row.namespace}/` : ""}${row.name}`;
}
