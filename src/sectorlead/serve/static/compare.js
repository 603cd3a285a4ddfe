// Growth, relative growth and drawdowns of several runs, over one stretch of time.

import { controls, lineChart, reloadOnScheme, say } from "./charts.js";
import { drawdowns, percent, times } from "/static/reports/numbers.js";

const content = document.getElementById("chart");
if (content) {
  const { x, lines, benchmark } = JSON.parse(content.textContent);
  const place = (name) => document.querySelector(`[data-plot=${name}]`);
  const grey = benchmark ? [{ name: say("Benchmark"), role: "benchmark", y: benchmark, width: 1.2 }] : [];
  let moved = () => {};
  const common = { x, key: "runs", zoomed: (from, to) => moved(from, to) };
  const level = (value) => (value == null ? "" : String(Number(value.toPrecision(3))));
  const equity = lineChart(place("equity"), { ...common, lines: [...lines, ...grey], log: true, format: times, axis: level, height: 320 });
  const relative = lineChart(place("relative"), {
    ...common, log: true, format: times, axis: level, height: 200,
    lines: lines.map((line) => ({ ...line, y: line.y.map((value, i) => (value == null || !lines[0].y[i] ? null : value / lines[0].y[i])) })),
  });
  const drawdown = lineChart(place("drawdown"), {
    ...common, format: (value) => percent(value), axis: (value) => percent(value, 0), height: 200,
    lines: lines.map((line) => ({ ...line, y: drawdowns([1, ...line.y]).slice(1) })),
  });
  moved = controls(document.querySelector(".controls"), x, { charts: [equity, relative, drawdown], scaled: [equity, relative] });
  moved(x[0], x[x.length - 1]);
  reloadOnScheme();
}
