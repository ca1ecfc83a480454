function listTable(caption, heads, items, show) {
  const body = el("tbody");
  showRows(body, items, heads.length, item => el("tr", null, show(item)));
  return el(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    el("table", { class: "list" }, el("caption", { class: "hidden" }, caption), el("thead", null, el("tr", null, heads.map(head => (typeof head === "string" ? el("th", { scope: "col" }, head) : head)))), body));
}

function numberHead(name) {
  return el("th", { scope: "col", class: "number" }, name);
}

function number(value) {
  return el("td", { class: "number" }, value === 0 ? el("span", { class: "muted" }, "0") : numbers.format(value));
}

function showRules() {
  const panel = byId("panel-rules");
  if (data.rules.length === 0) {
    panel.append(el("p", null, "No rule has anything to say."));
    return;
  }

  panel.append(listTable("Findings by rule", ["Rule", ...["Denies", "Warns", "Records", "Exempt"].map(numberHead), "The outage that it prevents"], data.rules, rule => [
    el("th", { scope: "row" }, rule.deny + rule.warn + rule.audit > 0 ? el("button", { type: "button", class: "link", click: () => showOnly({ rule: rule.id }) }, rule.id) : rule.id),
    number(rule.deny),
    number(rule.warn),
    number(rule.audit),
    number(rule.exempt),
    el("td", { class: "muted wide" }, rule.prevents),
  ]));
}

function showPreview() {
  const preview = data.preview;
  const panel = byId("panel-preview");
  panel.append(
    el("p", { class: "lead" }, `In mode ${preview.mode}, `, el("strong", null, count(preview.refused, "object")), " would be refused if created anew, restored from a backup or made worse. ",
      preview.refusesUpdates ? "Updates that leave what is wrong as it is would be refused as well." : "What runs now may be updated as it is, with a warning."),
    el(
      "div",
      { class: "halves" },
      previewTable("By namespace", "Namespace", preview.namespaces, name => el("button", { type: "button", class: "link", click: () => showOnly({ namespace: name }) }, el("bdi", null, name))),
      preview.teams.some(total => total.name !== "")
        ? previewTable(`By team, as the label ${data.teamLabel} tells`, "Team", preview.teams, name => (name === "" ? el("span", { class: "muted" }, "no team") : el("button", { type: "button", class: "link", click: () => showOnly({ team: name }) }, el("bdi", null, name))))
        : null));
  const objects = preview.objects;
  if (objects.length > 0) {
    panel.append(el("h3", null, "What would be refused"), listTable("What would be refused", ["Object", "For"], objects, item => [
      el("th", { scope: "row" }, item.row < 0 ? item.title : el("button", { type: "button", class: "link", click: () => goTo(item.row) }, el("bdi", null, item.title))),
      el("td", null, item.rules.join(", ")),
    ]));
  }
}

/** Where something would happen; the others are only counted. */
function previewTable(caption, head, totals, show) {
  const touched = totals.filter(total => total.refused + total.warned > 0);
  const others = totals.length - touched.length;
  return el(
    "div",
    null,
    el("h3", null, caption),
    touched.length === 0 ? null : listTable(caption, [head, ...["Objects", "Refused", "Warned about"].map(numberHead)], touched, total => [el("th", { scope: "row" }, show(total.name)), number(total.objects), number(total.refused), number(total.warned)]),
    others > 0 ? el("p", { class: "muted others" }, `Nothing happens in ${numbers.format(others)} ${touched.length > 0 ? (others === 1 ? "other" : "others") : "of them"}.`) : null);
}

function showExemptions() {
  byId("panel-exemptions").append(data.exemptions.length === 0
    ? el("p", null, "Nothing relies on an exemption.")
    : listTable("Exemptions", [numberHead("Days left"), "Until", "Owner", "Rules", "Reason", "Objects"], data.exemptions, item => [
      el("td", { class: "number" }, daysLeft(item.daysLeft)),
      el("td", null, item.until === null ? "no end" : el("time", { datetime: item.until }, item.until)),
      el("td", null, item.owner === "" ? el("span", { class: "muted" }, "nobody known") : el("bdi", null, item.owner)),
      el("td", null, item.rules.map(rule => el("code", { class: "chip" }, rule))),
      el("td", { class: "wide" }, item.reason, el("span", { class: "muted" }, ` (${item.source})`)),
      el("td", null, exemptObjects(item)),
    ]));
}

function daysLeft(days) {
  return days === null ? el("span", { class: "muted" }, "–", el("span", { class: "hidden" }, "no end"))
    : days <= 14 ? el("span", { class: "tally Degraded" }, icon("Degraded"), days === 0 ? "today is the last" : `${days} soon`)
    : numbers.format(days);
}

function exemptObjects(item) {
  const list = el("ul", { class: "plain" });
  inParts(list, item.objects, 5, ([title, row]) => el("li", null, row < 0 ? el("bdi", null, title) : el("button", { type: "button", class: "link", click: () => goTo(row) }, el("bdi", null, title))));
  return item.left > 0 ? [list, el("p", { class: "muted" }, `and ${numbers.format(item.left)} more`)] : list;
}
