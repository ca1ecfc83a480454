const tabs = [
  { id: "workloads", name: "Workloads", count: data.rows.length + data.leftOut.rows },
  { id: "domains", name: "Zones and nodes", count: data.zones.length + data.nodes.length, show: showDomains },
  { id: "rules", name: "Rules", count: data.rules.length, show: showRules },
  ...(data.preview === null ? [] : [{ id: "preview", name: "If it were enforced", count: data.preview.refused, show: showPreview }]),
  { id: "exemptions", name: "Exemptions", count: data.exemptions.length, show: showExemptions },
];

/** Tabs as the ARIA practices have them: one stop for Tab, the arrow keys go from one to the next. */
function showTabs() {
  byId("tabs").append(...tabs.map(tab => el(
    "button",
    { type: "button", role: "tab", id: `tab-${tab.id}`, "aria-controls": `panel-${tab.id}`, click: () => selectTab(tab.id) },
    tab.name,
    " ",
    el("span", { class: "count" }, numbers.format(tab.count)))));
  byId("tabs").addEventListener("keydown", event => {
    const at = tabs.findIndex(tab => byId(`tab-${tab.id}`) === event.target);
    const to = { ArrowRight: at + 1, ArrowLeft: at + tabs.length - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to !== undefined && at >= 0) {
      event.preventDefault();
      selectTab(tabs[to % tabs.length].id, true);
    }
  });
  selectTab(tabs.some(tab => location.hash === `#${tab.id}`) ? location.hash.slice(1) : "workloads");
}

/** Panels other than the first are filled when they are first looked at. */
function fillPanel(tab) {
  tab.show?.();
  tab.show = undefined;
}

function selectTab(id, takesFocus = false) {
  for (const tab of tabs) {
    const isSelected = tab.id === id;
    const button = byId(`tab-${tab.id}`);
    button.setAttribute("aria-selected", String(isSelected));
    button.tabIndex = isSelected ? 0 : -1;
    byId(`panel-${tab.id}`).hidden = !isSelected;
    if (isSelected) {
      fillPanel(tab);
      if (takesFocus) {
        button.focus();
      }
    }
  }
}

/** The theme is the system's until somebody presses the switch; then it is remembered where the browser allows it. */
function showTheme() {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const button = byId("theme");
  const root = document.documentElement;
  const isDark = () => (root.dataset.theme ?? (system.matches ? "dark" : "light")) === "dark";
  const show = () => button.setAttribute("aria-checked", String(isDark()));
  try {
    const kept = localStorage.getItem("ha-webhook-theme");
    if (kept === "dark" || kept === "light") {
      root.dataset.theme = kept;
    }
  } catch {
    // A page from a file may not be allowed to remember anything.
  }

  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    show();
    try {
      localStorage.setItem("ha-webhook-theme", root.dataset.theme);
    } catch {
      // Then it holds until the page is closed.
    }
  });
  system.addEventListener("change", show);
  show();
}

/** The most rows whose details are printed without being open: more would bury what matters in paper. */
const mostPrintedDetails = 100;

/** What goes down in some failure, or is denied. */
function isWorthPrinting(row) {
  return mayPrintDetails && (row.findings.some(finding => finding.action === "Deny") || (row.verdicts?.some(verdict => verdict.outcome === "Down") ?? false));
}

let mayPrintDetails = false;

/** On paper nothing can be opened: all panels, all rows that the filter asks for, and the details of what goes down. */
function preparePrint() {
  if (isPrinting) {
    return;
  }

  mayPrintDetails = true;
  mayPrintDetails = data.rows.filter(row => isWanted(row) && isWorthPrinting(row)).length <= mostPrintedDetails;
  isPrinting = true;
  tabs.forEach(fillPanel);
  showGrid();
  if (!mayPrintDetails) {
    byId("found").textContent += ` Details are printed for up to ${mostPrintedDetails} objects: filter for fewer.`;
  }

  for (const details of document.querySelectorAll("details:not([open], .example)")) {
    details.fill?.();
    details.open = true;
    details.dataset.printed = "";
  }
}

function endPrint() {
  isPrinting = false;
  mayPrintDetails = false;
  for (const details of document.querySelectorAll("details[data-printed]")) {
    details.open = false;
    delete details.dataset.printed;
  }

  showGrid();
}

showTheme();
showOverview();
showTabs();
showFilters();
showGrid();
byId("footer").append(`Made by ${data.program}. ${count(data.summary.objects, "object")}, ${count(data.summary.workloads, "workload")}. This page is one file and asks no network for anything.`);
if (data.switchedOff.length > 0) {
  byId("panel-workloads").append(el("details", { class: "off" }, el("summary", null, `${count(data.switchedOffCount, "workload")} switched off and so not judged`), el("p", null, data.switchedOff.join(", "), data.switchedOffCount > data.switchedOff.length ? " …" : "")));
}

addEventListener("beforeprint", preparePrint);
addEventListener("afterprint", endPrint);
