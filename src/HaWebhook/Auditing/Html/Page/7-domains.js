function showDomains() {
  const panel = byId("panel-domains");
  if (data.zones.length + data.nodes.length === 0) {
    panel.append(el("p", null, data.source.living ? "The nodes are not known." : "Manifests alone have no nodes and zones. Audit a cluster to see what each of them takes down."));
    return;
  }

  if (data.zones.length > 0) {
    const zones = el("div", { class: "zones" });
    inParts(zones, worstFirst(data.zones, lossWeight), 60, zone => el(
      "section",
      { class: "zone", "aria-label": `Zone ${zone.name}` },
      el("h3", null, el("bdi", null, zone.name)),
      el("p", { class: "muted" }, `${count(zone.nodes, "node")}, ${count(zone.pods, "pod")}`),
      el("p", { class: "tallies" }, lossWords(zone.loss)),
      showVictims(zone.loss)));
    panel.append(zones);
  }

  if (data.nodes.length === 0) {
    return;
  }

  const body = el("tbody");
  panel.append(
    el("h3", null, "Nodes"),
    el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Nodes" }, el(
      "table",
      { class: "list" },
      el("caption", { class: "hidden" }, "What the loss and the drain of each node takes down, and what holds its drain up"),
      el("thead", null, el("tr", null, ["Node", "Zone"].map(name => el("th", { scope: "col" }, name)), numberHead("Pods"), ["Its loss", "Its drain", "Can it be drained?"].map(name => el("th", { scope: "col" }, name)))),
      body)));
  const states = Object.keys(drainStates);
  const nodes = worstFirst(data.nodes, node => states.indexOf(node.state) * 1e9 + lossWeight(node));
  showRows(body, nodes, 6, node => el(
    "tr",
    null,
    el("th", { scope: "row" }, el("bdi", null, node.name)),
    el("td", null, node.zone === "" ? "–" : el("bdi", null, node.zone)),
    el("td", { class: "number" }, numbers.format(node.pods)),
    el("td", null, el("p", { class: "tallies" }, lossWords(node.loss)), showVictims(node.loss)),
    el("td", null, el("p", { class: "tallies" }, lossWords(node.drain)), showVictims(node.drain)),
    el(
      "td",
      null,
      el("span", { class: `state ${node.state}` }, drainStates[node.state]),
      node.knowsBudgets ? null : el("span", { class: "muted" }, " as far as PodDisruptionBudgets are known"),
      node.obstacles.length === 0 ? null : el("details", null, el("summary", null, holdersOf(node)), el("ul", { class: "plain" }, node.obstacles.map(obstacle => el("li", null, showObstacle(obstacle))))))));
}

/** Rows of a table in parts: the button for more stands in a row of its own. */
function showRows(body, items, columns, show) {
  let shown = 0;
  function next(isAsked) {
    const rows = items.slice(shown, shown + part).map(show);
    shown += rows.length;
    body.append(...rows);
    if (shown < items.length) {
      const left = items.length - shown;
      const row = el("tr", { class: "rest" }, el("td", { colspan: columns }, el("button", { type: "button", class: "more", click: () => { row.remove(); next(true); } }, `Show ${numbers.format(Math.min(part, left))} more of ${numbers.format(left)}`)));
      body.append(row);
    }

    if (isAsked) {
      rows[0].tabIndex = -1;
      rows[0].focus();
    }
  }

  next(false);
}

/** The workloads that suffer, made when they are asked for: the first of them, and how many there are beside. */
function showVictims(loss) {
  if (loss.downRows.length + loss.degradedRows.length === 0) {
    return null;
  }

  const list = el("ul", { class: "plain victims" });
  const fill = () => {
    if (list.childElementCount === 0) {
      const victims = [...loss.downRows.map(index => ["Down", index]), ...loss.degradedRows.map(index => ["Degraded", index])];
      inParts(list, victims, part, ([outcome, index]) => el("li", null, icon(outcome), el("span", { class: "hidden" }, `${outcome}: `), el("button", { type: "button", class: "link", click: () => goTo(index) }, el("bdi", null, titleOf(data.rows[index])))));
    }
  };
  const details = el("details", { class: "which" }, el("summary", null, "Which"), list);
  details.addEventListener("toggle", fill);
  details.fill = fill;
  return details;
}
