"use strict";

/**
 * An element. Strings become text nodes and attributes are set as such: nothing of the data is ever read as HTML. Attributes that are null,
 * undefined or false are left out; a function is the listener of the event of that name.
 */
function el(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (typeof value === "function") {
      element.addEventListener(key, value);
    } else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(key, value === true ? "" : String(value));
    }
  }

  element.append(...children.flat(2).filter(child => child !== null && child !== undefined && child !== ""));
  return element;
}

function byId(id) {
  return document.getElementById(id);
}

/** A shape of page.html; it only repeats what stands beside it in words. */
function icon(shape) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", `icon ${shape}`);
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#icon-${shape}`);
  svg.append(use);
  return svg;
}

const numbers = new Intl.NumberFormat("en");

function count(number, one, many = `${one}s`) {
  return `${numbers.format(number)} ${number === 1 ? one : many}`;
}

/** The words of a mend or a fix, with what stands there in YAML or as a field set as code. */
function prose(text) {
  const code = /[A-Za-z][\w-]*: (?:\{|\[)|\{|\b(?:spec|status|metadata)\.[\w.[\]/-]*[\w\]]|kubectl [a-z]+(?: [a-z]+)? [\w./-]*\w|ha-webhook\.io\/[a-z-]+(?:: "?[\w-]+"?)?/g;
  const parts = [];
  let from = 0;
  for (let match = code.exec(text); match !== null; match = code.exec(text)) {
    let to = code.lastIndex;
    if (/[{[]$/.test(match[0])) {
      to = endOfFlow(text, to - 1);
    }

    parts.push(text.slice(from, match.index), el("code", null, text.slice(match.index, to)));
    from = to;
    code.lastIndex = to;
  }

  parts.push(text.slice(from));
  return parts;
}

/** Where the brace that opens here is closed; the end of the text where it is not. */
function endOfFlow(text, start) {
  let depth = 0;
  for (let index = start; index < text.length; index++) {
    depth += "{[".includes(text[index]) ? 1 : "}]".includes(text[index]) ? -1 : 0;
    if (depth === 0) {
      return index + 1;
    }
  }

  return text.length;
}

/** A list that shows its first so many and, on demand, as many again. */
function inParts(container, items, size, show) {
  let shown = 0;
  const more = el("button", { type: "button", class: "more", click: () => next(true) });
  function next(isAsked) {
    const part = items.slice(shown, shown + size).map(show);
    more.remove();
    container.append(...part);
    shown += part.length;
    if (shown < items.length) {
      more.textContent = `Show ${numbers.format(Math.min(size, items.length - shown))} more of ${numbers.format(items.length - shown)}`;
      container.append(more);
    }

    if (isAsked) {
      part[0].querySelector("button, a, [tabindex]")?.focus();
    }
  }

  next(false);
}
