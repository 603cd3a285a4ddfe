// One run: its growth, its holding bars on the same stretch of time, and what filled the bar that is chosen.

import { controls, lineChart, reloadOnScheme, say } from "./charts.js";
import { middle, nearest, times } from "/static/reports/numbers.js";

const timeline = document.getElementById("timeline");
const drill = document.getElementById("drill");

// --- growth, and bars that follow its zoom ---------------------------------------------------------------------------

function stretch(from, to) {
  const width = 100 / Math.max(to - from, 1e-6);
  for (const layer of timeline?.querySelectorAll("svg.stretch") ?? []) {
    layer.setAttribute("x", `${-from * width}%`);
    layer.setAttribute("width", `${width}%`);
  }
}

const content = document.getElementById("chart");
if (content) {
  const { x, equity, benchmark, equal } = JSON.parse(content.textContent);
  const lines = [{ name: say("Account"), role: "strategy", y: equity, width: 1.8 }];
  if (benchmark) lines.push({ name: say("Benchmark"), role: "benchmark", y: benchmark, width: 1.2 });
  if (equal) lines.push({ name: say("Equal weight"), role: "reference", y: equal, width: 1.2 });
  const gutter = () => timeline?.querySelector(".series")?.offsetWidth ?? 56;
  let moved = () => {};
  const chart = lineChart(document.querySelector("[data-plot=equity]"), {
    x, lines, log: true, format: times, axis: (value) => (value == null ? "" : String(Number(value.toPrecision(3)))),
    height: 300, gutter, zoomed: (from, to) => moved(from, to),
  });
  moved = controls(document.querySelector(".controls"), x, { charts: [chart], scaled: [chart], shown: stretch });
  moved(x[0], x[x.length - 1]);
  reloadOnScheme();
}

// --- bars ------------------------------------------------------------------------------------------------------------

const rows = timeline ? [...timeline.querySelectorAll(".row")].map((row) => [...row.querySelectorAll(".bars a")]) : [];
const isBar = (element) => element?.matches?.(".bars a");

// One bar is in the tab order; arrow keys move it.
function reachable(bar) {
  for (const each of timeline.querySelectorAll(".bars a")) each.setAttribute("tabindex", each === bar ? "0" : "-1");
}
function neighbour(bar, key) {
  const row = rows.findIndex((bars) => bars.includes(bar));
  const column = rows[row].indexOf(bar);
  if (key === "ArrowRight") return rows[row][column + 1];
  if (key === "ArrowLeft") return rows[row][column - 1];
  if (key === "Home") return rows[row][0];
  if (key === "End") return rows[row].at(-1);
  const other = rows[row + (key === "ArrowDown" ? 1 : key === "ArrowUp" ? -1 : NaN)];
  return other && nearest(other, middle(bar));
}

async function open(href, { push = true } = {}) {
  const url = new URL(href, location.href);
  const part = new URL(url);
  part.searchParams.set("part", "drill");
  if (push) history.pushState(null, "", url);
  drill.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(part);
    if (!answer.ok) throw new Error(String(answer.status));
    drill.innerHTML = await answer.text();
  } catch {
    drill.textContent = "No answer: is sectorlead serve still running?";
  }
  drill.removeAttribute("aria-busy");
  mark(url);
  drill.querySelector("h3")?.focus();
}

function mark(url) {
  for (const link of timeline.querySelectorAll("[aria-current]")) link.removeAttribute("aria-current");
  const [bar, series] = [url.searchParams.get("bar"), url.searchParams.get("series")];
  for (const link of timeline.querySelectorAll(bar ? ".bars a" : ".series")) {
    const query = new URL(link.href.baseVal ?? link.href, location.href).searchParams;
    if ((bar && query.get("bar") === bar) || (series && query.get("series") === series)) {
      link.setAttribute("aria-current", "true");
      if (bar) reachable(link);
    }
  }
}

if (timeline) {
  reachable(timeline.querySelector(".bars a[aria-current]") ?? timeline.querySelector(".bars a"));
  timeline.addEventListener("keydown", (event) => {
    if (!isBar(event.target)) return;
    const next = neighbour(event.target, event.key);
    if (!next) return;
    event.preventDefault();
    reachable(next);
    next.focus();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("a[data-back]")) {
      event.preventDefault();
      const bar = timeline.querySelector(".bars a[aria-current]");
      bar?.scrollIntoView({ block: "center" });
      return bar?.focus({ preventScroll: true });
    }
    const link = event.target.closest?.(".bars a, .series, a[data-drill]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    open(link.getAttribute("href"));
  });
  window.addEventListener("popstate", () => open(location.href, { push: false }));
}
document.documentElement.classList.add("js");
