// Elements and icons. Texts from files only ever become text nodes.
const SVG = "http://www.w3.org/2000/svg";
const ICONS = {
  logo: "M9 5h46a4 4 0 0 1 4 4v46a4 4 0 0 1-4 4H9a4 4 0 0 1-4-4V9a4 4 0 0 1 4-4zM25 22a5 5 0 1 1-10 0 5 5 0 0 1 10 0M49 22a5 5 0 1 1-10 0 5 5 0 0 1 10 0M37 44a5 5 0 1 1-10 0 5 5 0 0 1 10 0M25 22h14M22.3 26.5 29.7 39.6M41.7 26.5 34.3 39.6",
  passed: "M14 33l12 12 24-26",
  failed: "M18 18l28 28M46 18L18 46",
  lacking: "M32 12v26M32 49v1",
  skipped: "M18 32h28",
  unreached: "",
  drop: "M32 42V12M20 23l12-12 12 12M10 42v10h44V42",
};

export function h(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== null) element.setAttribute(key, value);
  }
  element.append(...children.flat().filter((child) => child !== null));
  return element;
}

export function icon(name) {
  const drawing = document.createElementNS(SVG, "svg");
  const attributes = { viewBox: "0 0 64 64", class: `icon icon-${name}`, "aria-hidden": "true", focusable: "false" };
  for (const [key, value] of Object.entries(attributes)) drawing.setAttribute(key, value);
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", ICONS[name]);
  drawing.append(line);
  return drawing;
}

// A row of a key-value list; the name of a fact, and what it is.
export function fact(name, ...values) {
  return h("div", { class: "fact" }, h("dt", {}, name), h("dd", {}, ...values));
}

export function code(text) {
  return h("code", {}, text);
}

// A name that somebody else chose: it must not turn the text around it.
export function foreign(text) {
  return h("bdi", {}, text);
}
