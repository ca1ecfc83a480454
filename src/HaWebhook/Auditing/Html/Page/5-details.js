function showDetails(row) {
  return el(
    "div",
    { class: "detail" },
    el("p", { class: "facts" }, factsOf(row)),
    row.verdicts ? el("div", { class: "cards" }, row.verdicts.map((verdict, index) => showVerdict(verdict, failures[index], sameBefore(row.verdicts, index)))) : null,
    row.obstacles.length === 0 ? null : [el("h3", null, "What holds drains up"), el("ul", { class: "plain" }, row.obstacles.map(obstacle => el("li", null, showObstacle(obstacle))))],
    row.findings.length === 0 ? null : [el("h3", null, "Findings"), el("ul", { class: "plain" }, row.findings.map(finding => el("li", { class: "finding" }, showFinding(finding))))],
    row.moreFindings > 0 ? el("p", { class: "muted" }, `${count(row.moreFindings, "further finding")} not shown here.`) : null,
    row.changes.length === 0 ? null : el("div", { class: "fills" }, el("h3", null, "What admission would fill in"), el("div", { class: "cards" }, row.changes.map(change => showYaml(change.rule, change.yaml)))),
    row.exempt.length === 0 ? null : [el("h3", null, "Exempt"), el("ul", { class: "plain" }, row.exempt.map(exempt => el("li", null, el("code", null, exempt.rule), " ", exempt.why)))]);
}

function factsOf(row) {
  const facts = [[row.apiVersion, row.kind].join(" ")];
  if (row.pods !== null && row.pods !== undefined) {
    const { ready, desired, minimum, enough, isQuorum, budget } = row.pods;
    facts.push(data.source.living ? `${ready} of ${count(desired, "pod")} ready` : count(desired, "pod"));
    facts.push(isQuorum ? `needs a majority, ${minimum}` : `needs ${minimum}`);
    if (budget !== "") {
      facts.push(`PodDisruptionBudget ${budget} promises ${enough}`);
    } else if (enough > minimum) {
      facts.push(`degraded below ${enough}`);
    }
  }

  const places = list => list.map(([name, pods]) => (pods === 1 ? name : `${name} ×${pods}`)).join(", ");
  if (row.nodes.length > 0) {
    facts.push(`on ${places(row.nodes)}`);
  }

  if (row.zones.length > 0) {
    facts.push(`in ${places(row.zones)}`);
  }

  if (row.file !== "") {
    facts.push(row.line > 0 ? `${row.file}:${row.line}` : row.file);
  }

  return facts.map(fact => el("span", null, fact));
}

/** The failure before this one that the same change mends; undefined for none. */
function sameBefore(verdicts, index) {
  const mend = verdicts[index].mend;
  const before = mend === null ? -1 : verdicts.findIndex(other => other.mend?.fix === mend.fix && other.mend.field === mend.field);
  return before < index ? failures[before] : undefined;
}

function showVerdict(verdict, failure, same) {
  const sure = { Certain: "", Conditional: `If there are ${verdict.atLeast} or more of them.`, Likely: "Only what the scheduler tries for." }[verdict.certainty];
  return el(
    "div",
    { class: `card ${verdict.outcome}`, role: "group", "aria-label": failure.name },
    el("h3", null, failure.name),
    el("p", { class: "outcome" }, icon(verdict.outcome), verdict.outcome),
    el("p", null, verdict.reason, sure === "" ? null : el("span", { class: "muted" }, ` ${sure}`)),
    verdict.mend === null ? null
      : same !== undefined ? el("div", { class: "cure" }, el("p", { class: "muted" }, `The same change as for ${same.name.toLowerCase()}.`))
      : showMend(verdict.mend));
}

function showMend(mend) {
  return el(
    "div",
    { class: "cure" },
    el("p", null, el("strong", null, "The one change: "), prose(mend.fix)),
    el("p", { class: "muted" }, el("code", null, mend.field), ` ${mend.message}.`),
    mend.yaml === "" ? null : showYaml("YAML", mend.yaml));
}

function showObstacle(obstacle) {
  return [
    el("span", { class: `state ${obstacle.state}` }, drainStates[obstacle.state]),
    ` ${obstacle.reason} (${count(obstacle.pods, "pod")})`,
    obstacle.mend === null ? null : showMend(obstacle.mend),
  ];
}

function showFinding(finding) {
  return [
    el("p", null, el("span", { class: `action ${finding.action}` }, finding.action.toLowerCase()), " ", el("strong", null, finding.rule), " ", el("code", null, finding.field), ` ${finding.message}.`),
    finding.fix === "" ? null : el("p", { class: "fix" }, prose(finding.fix)),
    showExample(finding.rule),
  ];
}

/** What a rule wants to see, where it can be shown. */
function showExample(id) {
  const rule = data.rules.find(candidate => candidate.id === id);
  return rule === undefined || rule.example === "" ? null : el("details", { class: "example" }, el("summary", null, "How it looks when it is right"), showYaml(id, rule.example));
}

/** YAML with a button that copies it; where the browser does not let it, the text is selected instead. */
function showYaml(label, yaml) {
  const code = el("code", null, yaml);
  const done = el("span", { class: "hidden", role: "status" });
  const button = el("button", { type: "button", class: "copy" }, "Copy", done);
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(yaml);
      done.textContent = " done";
      button.classList.add("done");
    } catch {
      getSelection().selectAllChildren(code);
      done.textContent = " is not allowed here; the text is selected";
    }
  });
  return el("figure", { class: "yaml" }, el("figcaption", null, label, button), el("pre", { tabindex: "0", "aria-label": `YAML: ${label}` }, code));
}
