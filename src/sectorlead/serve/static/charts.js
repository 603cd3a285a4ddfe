// Line charts of growth on uPlot: drag to zoom, double-click or "Whole period" to go back, values under the pointer.

/* global uPlot */

import { evenLevels, logLevels } from "/static/reports/numbers.js";

const style = getComputedStyle(document.documentElement);
const words = JSON.parse(document.body.dataset.words || "{}");
/* In the language of the page. */
export const say = (text) => words[text] ?? text;
export const colour = (role) => style.getPropertyValue(`--${role}`).trim();
export const day = (seconds) => new Date(seconds * 1000).toISOString().slice(0, 10);

const EDGE = 14; // pixels to the right of the last session; .timeline in app.css has the same

/**
 * A chart in `element`.
 *   x        seconds since 1970, ascending
 *   lines    [{name, role, y, width?}]
 *   log      whether the y axis is logarithmic (it can be changed later: chart.setLog)
 *   format   value -> text;   axis: the same for the axis
 *   gutter   () -> pixels kept for the y axis
 *   zoomed   (from, to) told whenever the stretch that is shown changes
 */
export function lineChart(element, { x, lines, log = false, format, axis = format, height = 260, gutter = () => 52, key, zoomed }) {
  let logarithmic = log;
  const data = () => [x, ...lines.map((line) => (logarithmic ? line.y.map((v) => (v > 0 ? Math.log(v) : null)) : line.y))];
  const value = (shown) => (shown == null ? null : logarithmic ? Math.exp(shown) : shown);
  const atEnd = (u, k) => u.data[k][u.valToIdx(u.scales.x.max)]; // what the legend shows while nobody points
  const width = () => Math.max(element.clientWidth, 120);
  const ink = { stroke: colour("soft"), grid: { stroke: colour("hair"), width: 1 }, ticks: { show: false }, font: "12px system-ui, sans-serif" };
  const options = {
    width: width(),
    height,
    padding: [12, EDGE, 0, 0],
    legend: { markers: { width: 0, fill: (_, i) => (i ? colour(lines[i - 1].role) : "transparent") } },
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
    cursor: { drag: { x: true, y: false }, points: { size: 6 }, ...(key ? { sync: { key, setSeries: true } } : {}) },
    scales: { y: { range: (_, low, high) => {
      if (low == null || high == null) return [0, 1];
      const pad = Math.max((high - low) * 0.05, 1e-3);
      return [low - pad, high + pad];
    } } },
    axes: [
      { ...ink, size: 30, space: 72, values: (u, splits, _, __, step) => splits.map((s) => {
        const room = u.bbox.width / devicePixelRatio + EDGE - u.valToPos(s, "x");
        return room < 26 ? "" : day(s).slice(0, step >= 28e6 ? 4 : step >= 24e5 ? 7 : 10); // not over the edge
      }) },
      { ...ink, size: () => gutter(), gap: 6,
        splits: (u, _, low, high) => {
          const room = Math.max(3, Math.floor(u.bbox.height / devicePixelRatio / 34));
          if (logarithmic) return logLevels(Math.exp(low), Math.exp(high), room).map(Math.log);
          return evenLevels(low, high, room);
        },
        values: (_, splits) => splits.map((s) => axis(value(s))) },
    ],
    series: [
      { label: say("Session"), value: (u, s) => day(s ?? atEnd(u, 0)) },
      ...lines.map((line) => ({
        label: line.name, stroke: colour(line.role), width: line.width ?? 1.6, points: { show: false }, spanGaps: true,
        value: (u, s, k) => format(value(s ?? atEnd(u, k))),
      })),
    ],
    hooks: { setScale: [(u, scale) => {
      if (scale !== "x") return;
      u.setLegend({ idx: null }, false);
      zoomed?.(u.scales.x.min, u.scales.x.max);
    }] },
  };
  const chart = new uPlot(options, data(), element);
  chart.setLog = (on) => {
    logarithmic = on;
    const { min, max } = chart.scales.x;
    chart.batch(() => { chart.setData(data(), false); chart.setScale("x", { min, max }); });
  };
  new ResizeObserver(() => {
    if (Math.abs(chart.width - width()) < 1) return;
    chart.setSize({ width: width(), height });
  }).observe(element);
  return chart;
}

/**
 * The buttons above charts that share one stretch of time: scale, last years, whole period.
 * `shown(from, to)` is told the stretch; it is written beside the buttons too.
 */
export function controls(element, x, { charts, scaled, shown = () => {} }) {
  element.hidden = false;
  const range = element.querySelector(".range");
  const [first, last] = [x[0], x[x.length - 1]];
  let current = [];
  const zoom = (from, to) => charts.forEach((chart) => chart.setScale("x", { min: from, max: to }));
  element.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.scale) {
      const on = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(on));
      scaled.forEach((chart) => chart.setLog(on));
    } else {
      const years = Number(button.dataset.years);
      zoom(years ? Math.max(first, last - years * 365.25 * 86400) : first, last);
    }
  });
  return (from, to) => {
    if (from === current[0] && to === current[1]) return;
    current = [from, to];
    const inside = x.filter((at) => at >= from && at <= to);
    if (!inside.length) return;
    range.textContent = `${day(inside[0])} ${say("to")} ${day(inside[inside.length - 1])}, ${inside.length.toLocaleString("en")} ${say("sessions")}`;
    zoom(from, to);
    shown((from - first) / (last - first || 1), (to - first) / (last - first || 1));
  };
}

export const reloadOnScheme = () =>
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => location.reload());
