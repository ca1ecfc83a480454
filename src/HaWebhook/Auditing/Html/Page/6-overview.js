function showOverview() {
  const { source, summary } = data;
  byId("name").textContent = source.name;
  document.title = `High availability audit: ${source.name}`;
  const time = new Date(data.time);
  const when = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeStyle: "short", timeZone: "UTC" }).format(time);
  byId("about").append(
    ...[
      el("time", { datetime: data.time }, `${when} UTC`),
      source.origin === "" ? null : el("span", null, source.origin),
      source.version === "" ? null : el("span", null, `Kubernetes ${source.version}`),
      el("span", null, source.living ? "from its pods, nodes and budgets" : "from manifests alone: what is guaranteed"),
      source.namespaces.length === 0 ? null : el("span", null, `only ${source.namespaces.join(", ")}`),
      el("span", null, `policy ${data.policy} in mode ${data.mode}`),
    ].filter(item => item !== null));
  showNotices();
  if (summary.workloads === 0) {
    byId("overview").append(el("p", { class: "headline" }, "There are no workloads to judge."));
    return;
  }

  byId("overview").append(
    el("p", { class: "headline" }, headline(summary)),
    el("div", { class: "tiles" }, failures.map(failure => showTile(failure, summary.outcomes[failure.id]))),
    ...(source.living && (data.zones.length > 0 || data.nodes.length > 0) ? [el("div", { class: "halves" }, showZonesInShort(), showDrainsInShort())] : []));
}

/** What the page does not know or leaves out comes first: nobody must take it for the whole. */
function showNotices() {
  const notices = data.gaps.map(gap => el("li", null, el("strong", null, `No ${gap.what}. `), gap.reason, " ", gap.consequence, " ", prose(gap.fix)));
  const errors = data.errors.map(error => el("li", null, error.file === "" ? null : [el("code", null, error.line > 0 ? `${error.file}:${error.line}` : error.file), " "], error.message));
  if (notices.length > 0) {
    byId("notices").append(el("section", { class: "notice", "aria-label": "What is missing" }, el("h2", null, "This report is partial"), el("ul", null, notices)));
  }

  if (data.errorCount > 0) {
    const rest = data.errorCount - errors.length;
    byId("notices").append(el("section", { class: "notice", "aria-label": "Errors" }, el("h2", null, `${count(data.errorCount, "thing")} could not be read`), el("ul", null, errors), rest > 0 ? el("p", null, `and ${numbers.format(rest)} more`) : null));
  }

  if (data.leftOut.rows > 0) {
    byId("notices").append(el("section", { class: "notice", "aria-label": "Left out" }, el("h2", null, `${count(data.leftOut.rows, "object")} left out`),
      el("p", null, `This page holds at most ${data.leftOut.mebibytes} MiB of data. What is worst is here; all numbers above the table count everything. Audit fewer namespaces at a time to see the rest.`)));
  }
}

function headline(summary) {
  const all = summary.workloads;
  const [name, down] = failures.map(failure => [failure.when, summary.outcomes[failure.id][3]]).reduce((worst, next) => (next[1] > worst[1] ? next : worst));
  const parts = [
    el("strong", null, `${numbers.format(summary.staysUp)} of ${count(all, "workload")}`),
    ` ${summary.staysUp === 1 ? "stays" : "stay"} up in any one failure.`,
  ];
  if (summary.likely > 0) {
    parts.push(` For ${numbers.format(summary.likely)} of them that is only likely, not demanded.`);
  }

  if (down > 0) {
    parts.push(" ", el("strong", { class: "Down" }, numbers.format(down)), ` would go down ${name}.`);
  }

  if (summary.downNow > 0) {
    parts.push(" ", el("strong", { class: "Down" }, numbers.format(summary.downNow)), ` ${summary.downNow === 1 ? "is" : "are"} down now.`);
  }

  return parts;
}

function showTile(failure, totals) {
  const all = totals.reduce((sum, total) => sum + total, 0);
  const bar = el("div", { class: "bar", "aria-hidden": "true" });
  const legend = el("ul", { class: "legend" });
  for (const index of [0, 1, 2, 3].filter(outcome => totals[outcome] > 0)) {
    const segment = el("span", { class: outcomes[index] });
    segment.style.flexGrow = totals[index];
    bar.append(segment);
    if (index > 0) {
      legend.prepend(el("li", null, el("button", { type: "button", class: outcomes[index], click: () => showOnly({ failure: failure.id, outcome: outcomes[index] }) }, icon(outcomes[index]), `${numbers.format(totals[index])} ${outcomes[index].toLowerCase()}`)));
    }
  }

  return el(
    "section",
    { class: "tile", "aria-label": failure.name },
    el("h2", null, failure.name),
    el("p", { class: "share" }, el("strong", null, numbers.format(totals[0])), ` of ${numbers.format(all)} survive`),
    bar,
    legend.childElementCount > 0 ? legend : el("p", { class: "muted legend" }, "all of them"));
}

function lossWords(loss) {
  if (loss.down + loss.degraded === 0) {
    return el("span", { class: "tally Survives" }, icon("Survives"), "nothing suffers");
  }

  return [
    loss.down > 0 ? el("span", { class: "tally Down" }, icon("Down"), `${count(loss.down, "service")} down`) : null,
    loss.degraded > 0 ? el("span", { class: "tally Degraded" }, icon("Degraded"), `${numbers.format(loss.degraded)} degraded`) : null,
  ];
}

function worstFirst(list, weight) {
  return [...list].sort((one, other) => weight(other) - weight(one));
}

const lossWeight = domain => domain.loss.down * 1e6 + domain.loss.degraded;

function showZonesInShort() {
  const zones = worstFirst(data.zones, lossWeight).slice(0, 5);
  return el(
    "section",
    { class: "half", "aria-labelledby": "zones-in-short" },
    el("h2", { id: "zones-in-short" }, "If a zone is lost"),
    zones.length === 0
      ? el("p", { class: "muted" }, "The zones of the nodes are not known.")
      : el("ul", { class: "plain lines" }, zones.map(zone => el("li", null, el("bdi", { class: "domain" }, zone.name), el("span", { class: "tallies" }, lossWords(zone.loss))))),
    el("button", { type: "button", class: "link", click: () => selectTab("domains", true) }, "All zones and nodes"));
}

function showDrainsInShort() {
  const held = worstFirst(data.nodes.filter(node => node.state !== "Free" && node.state !== "InTurns"), node => Object.keys(drainStates).indexOf(node.state));
  const shown = held.slice(0, 5);
  const harm = data.nodes.filter(node => node.drain.down > 0 && !held.includes(node)).length;
  return el(
    "section",
    { class: "half", "aria-labelledby": "drains-in-short" },
    el("h2", { id: "drains-in-short" }, "If a node is drained tonight"),
    el("p", null, `${numbers.format(data.nodes.length - held.length)} of ${count(data.nodes.length, "node")} can be drained.`, harm === 0 ? "" : ` ${numbers.format(harm)} of them would take services down.`, held.length > 0 ? " These are held up:" : ""),
    el("ul", { class: "plain lines" }, shown.map(node => el("li", null, el("bdi", { class: "domain" }, node.name), el("span", { class: `state ${node.state}` }, drainStates[node.state]), el("span", { class: "muted by" }, holdersOf(node))))),
    held.length > shown.length ? el("p", { class: "muted" }, `and ${numbers.format(held.length - shown.length)} more`) : null);
}

/** Who holds the drain of a node up. */
function holdersOf(node) {
  const names = node.obstacles.map(obstacle => (obstacle.budgets.length > 0 ? `by ${obstacle.budgets.map(budget => `${obstacle.namespace}/${budget}`).join(" and ")}` : "a pod without a controller"));
  return names.length > 2 ? `${names.slice(0, 2).join(", ")} and ${names.length - 2} more` : names.join(", ");
}
