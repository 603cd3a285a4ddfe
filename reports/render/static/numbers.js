// Numbers as reports write them, and round levels for axes: for tearsheets, which have this file inside their script, and
// for the server's pages, which import it. The same as charts/axes.py and formatting.py.

const MINUS = "\u2212", UNKNOWN = "\u2013";

// A fraction in percent, with a real minus sign and none in front of a zero.
export function percent(value, digits = 1) {
  if (value == null) return UNKNOWN;
  const text = (value * 100).toFixed(digits);
  return `${/[1-9]/.test(text) ? text.replace("-", MINUS) : text.replace("-", "")}%`;
}

// A multiple.
export const times = (value) => (value == null ? UNKNOWN : `${value.toFixed(2)}\u00d7`);

// Fall below the running peak, 0 or less; null where a level is.
export function drawdowns(levels) {
  let peak = 0;
  return levels.map((level) => (level == null ? null : level / (peak = Math.max(peak, level)) - 1));
}

// Round numbers from low to high in at most `most` steps.
export function evenLevels(low, high, most) {
  for (let power = -6; power < 7; power++) {
    for (const mark of [1, 2, 5]) {
      const step = mark * 10 ** power;
      if ((high - low) / step > most) continue;
      const found = [];
      for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-12; k++) found.push(+(k * step).toPrecision(6));
      return found;
    }
  }
  return [];
}

// Round numbers between two levels for a log axis: 3 to `most` of them where that is possible.
export function logLevels(low, high, most = 7) {
  for (const marks of [[1], [1, 3], [1, 2, 5], [1, 1.5, 2, 3, 4, 6, 8]]) {
    const found = [];
    for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
      for (const mark of marks) {
        const level = +(mark * 10 ** power).toPrecision(6);
        if (level >= low && level <= high) found.push(level);
      }
    }
    if (found.length >= 3 && found.length <= most) return found;
  }
  return evenLevels(low, high, Math.min(most, 6)).filter((level) => level > 0);
}

// The middle of an element across the page, and the element of several whose middle is nearest to a place.
export function middle(node) {
  const box = node.getBoundingClientRect();
  return box.left + box.width / 2;
}
export const nearest = (nodes, at) =>
  nodes.reduce((best, node) => (Math.abs(middle(node) - at) < Math.abs(middle(best) - at) ? node : best), nodes[0]);
