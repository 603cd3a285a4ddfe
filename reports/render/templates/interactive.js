(() => {
  "use strict";
  const $ = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const colour = (name, from = document.documentElement) => getComputedStyle(from).getPropertyValue(name).trim();
  const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
  function make(tag, given = {}, ...children) {
    const node = document.createElement(tag);
    for (const [key, value] of Object.entries(given)) node.setAttribute(key, value);
    node.append(...children);
    return node;
  }

  /* percent, times, drawdowns, evenLevels, logLevels, middle and nearest are those of static/numbers.js */
  const change = value => (value >= 0.0005 ? "+" : "") + percent(value);

  /* --- growth and drawdown -------------------------------------------------------------------------------------- */
  function charts(data, figure) {
    const statics = all(":scope > .chart", figure);
    if (!statics.length || data.gaps.length < 2) return;
    const days = data.gaps.reduce((out, gap) => (out.push(out[out.length - 1] + gap), out), [data.first]);
    const dates = days.map(day => new Date(day * 864e5).toISOString().slice(0, 10));
    const xs = days.map((_, index) => index), last = xs.length - 1;
    const lines = data.lines.map(line => {
      let at = 0;
      const levels = line.steps.map(step => step === null ? null : Math.exp((at += step) / data.scale));
      return { ...line, levels, falls: drawdowns(levels) };
    });
    const say = data.words, plots = [];
    let range = [0, last], cursor = null;
    const listeners = [];

    const readout = make("output", { class: "readout", "aria-live": "off" });
    const tools = make("div", { class: "tools", role: "group", "aria-label": say.period });
    const live = make("div", {
      class: "live-charts", role: "slider", tabindex: "0", "aria-label": say.session, title: "",
      "aria-valuemin": "0", "aria-valuemax": String(last), "aria-valuenow": String(last), "aria-valuetext": "",
    });
    live.removeAttribute("title");

    const buttons = [1, 3, 5].map(years => [say[years], days.findIndex(day => day >= days[last] - years * 365.25)])
      .filter(([, from]) => from > 0).map(([text, from]) => [text, [from, last]]).concat([[say.all, [0, last]]])
      .map(([text, span]) => {
        const button = make("button", { type: "button" }, text);
        button.addEventListener("click", () => show(span));
        return { button, span };
      });
    tools.append(...buttons.map(item => item.button));

    const known = (values, from, to) => {
      while (from < to && values[from] === null) from++;
      while (to > from && values[to] === null) to--;
      return [values[from], values[to]];
    };

    function tell() {
      const at = cursor, [from, to] = range;
      const head = at === null ? `${dates[from]} \u2013 ${dates[to]}` : dates[at];
      const items = lines.map(line => {
        if (at !== null) return [line, times(line.levels[at]), percent(line.falls[at])];
        const [begin, end] = known(line.levels, from, to);
        return [line, begin === null || end === null ? "\u2013" : change(end / begin - 1), ""];
      });
      readout.replaceChildren(make("b", { class: "when" }, head), ...items.map(([line, value, fall]) =>
        make("span", { class: line.role }, make("i"), line.label + " ", make("b", {}, value), fall && ` ${fall}`)));
      for (const listen of listeners) listen(at);
      live.setAttribute("aria-valuenow", String(at === null ? last : at));
      live.setAttribute("aria-valuetext", `${head}: ${items.map(([line, ...rest]) => `${line.label} ${rest.join(" ").trim()}`).join(", ")}`);
    }

    function show(span) {
      let [from, to] = span.map(value => clamp(Math.round(value), 0, last));
      if (to - from < 5) [from, to] = [Math.max(0, Math.min(from, last - 5)), Math.min(last, from + 5)];
      range = [from, to];
      for (const plot of plots) plot.view.setScale("x", { min: from, max: to });
      for (const { button, span: own } of buttons) button.setAttribute("aria-pressed", String(own[0] === from && own[1] === to));
      live.dataset.from = dates[from];
      live.dataset.to = dates[to];
      tell();
    }

    function point(index) {
      cursor = index === null ? null : clamp(index, range[0], range[1]);
      for (const { view } of plots) {
        const left = cursor === null ? -10 : view.valToPos(cursor, "x");
        view.setCursor({ left, top: cursor === null ? -10 : 1 }, false);
      }
      tell();
    }

    function timeTicks(from, to, most) {
      const months = index => +dates[index].slice(0, 4) * 12 + +dates[index].slice(5, 7) - 1;
      const span = months(to) - months(from);
      const [key, label] = span > 22 ? [index => +dates[index].slice(0, 4), index => dates[index].slice(0, 4)]
        : span > 2 ? [months, index => dates[index].slice(0, 7)] : [index => index, index => dates[index].slice(5)];
      const starts = [];
      for (let index = Math.max(from, 1); index <= to; index++) if (key(index) !== key(index - 1)) starts.push(index);
      const step = [1, 2, 3, 5, 10, 20, 50, 100, 1000].find(step => starts.length / step <= most) || 1000;
      return starts.filter(index => key(index) % step === 0).map(index => [index, label(index)]);
    }

    function plot(fixed, falling) {
      const own = lines.slice(0, all(".end", fixed).length || lines.length);
      const drawn = [...own].reverse(); /* the first lies on top */
      const values = line => falling ? line.falls : line.levels;
      const height = $(".plot", fixed).clientHeight || 260;
      const box = make("div", { class: "canvas", "aria-hidden": "true" });
      const ends = make("div", { class: "ends", "aria-hidden": "true" });
      const names = own.map(line => {
        const value = make("i"), node = make("span", { class: `end ${line.role}` }, make("b", {}, line.label), " ", value);
        ends.append(node);
        return { node, value, line };
      });
      live.append(make("div", { class: "chart live-chart" }, box, ends));
      const narrow = () => matchMedia("(max-width:720px)").matches;
      const font = () => `12px ${colour("font-family", document.body)}`;
      const still = all(".plot > .x", fixed).map(label => [Math.round(parseFloat(label.style.left) / 100 * last), label.textContent, label.matches(".minor")]);
      const ticks = view => {
        const { min, max } = view.scales.x, wide = view.bbox.width / devicePixelRatio, room = 20 / wide * (max - min); /* half a label */
        const whole = range[0] === 0 && range[1] === last; /* then the ticks are those of the timeline below */
        const found = whole && still.length ? still.filter(([, , minor]) => !minor || !narrow())
          : timeTicks(Math.ceil(min), Math.floor(max), Math.max(2, Math.floor(wide / 74)));
        return found.filter(([at]) => at <= max - room);
      };

      function label(view) {
        const [from, to] = range, tall = view.bbox.height / devicePixelRatio, gap = 17;
        const spots = names.map(item => {
          const [, end] = known(values(item.line), from, to);
          const deepest = falling && values(item.line).slice(from, to + 1).reduce((low, value) => value !== null && value < low ? value : low, 0);
          item.value.textContent = falling ? percent(deepest) : times(end);
          return { item, at: end === null ? tall : view.valToPos(end, "y") };
        }).sort((a, b) => a.at - b.at);
        for (let k = 1; k < spots.length; k++) spots[k].at = Math.max(spots[k].at, spots[k - 1].at + gap);
        for (let k = spots.length - 1, floor = tall; k >= 0; k--, floor -= gap) spots[k].at = Math.min(spots[k].at, floor);
        for (const { item, at } of spots) item.node.style.top = `${at}px`;
      }

      const view = new uPlot({
        width: Math.max(box.clientWidth, 60), height: height + 36, padding: [8, 0, 0, 0], legend: { show: false },
        cursor: {
          y: false, drag: { x: true, y: false, dist: 6, setScale: false }, points: { size: 7 },
          bind: { dblclick: () => () => { show([0, last]); return null; } },
        },
        scales: {
          x: { time: false, range: (_, low, high) => [low, high] },
          y: falling ? { range: (_, low) => [Math.min(low ?? 0, -0.01) * 1.04, 0] } : {
            distr: 3,
            range: (_, low, high) => {
              if (!(low > 0)) return [0.5, 2];
              const pad = Math.exp(Math.max(Math.log(high / low) * 0.04, 0.01));
              return [low / pad, high * pad];
            },
          },
        },
        axes: [
          {
            size: 28, gap: 8, font: font(), stroke: () => colour("--soft"), grid: { show: false }, ticks: { show: false },
            splits: self => ticks(self).map(([at]) => at), values: self => ticks(self).map(([, text]) => text),
          },
          {
            size: () => narrow() ? 46 : 56, gap: 8, font: font(), stroke: () => colour("--soft"), ticks: { show: false },
            grid: { stroke: () => colour("--rule"), width: 0.7 },
            splits: (_, __, low, high) => falling ? evenLevels(low, high, 5) : logLevels(low, high),
            values: (_, found) => found.map(value => falling ? percent(value).replace(".0%", "%") : String(value)),
            filter: (_, found) => found,
          },
        ],
        series: [{}, ...drawn.map((line, k) => {
          const first = k === drawn.length - 1;
          return { stroke: () => colour(`--${line.role}`), width: first ? 1.8 : 1.4, points: { show: false } };
        })],
        hooks: {
          drawClear: [self => {
            const { ctx, bbox } = self;
            ctx.save();
            for (const [from, to, role = "band"] of data.bands) {
              const shape = $(`svg .${role}`, figure);
              ctx.fillStyle = shape ? getComputedStyle(shape).fill : colour("--band");
              const left = clamp(self.valToPos(from, "x", true), bbox.left, bbox.left + bbox.width);
              const right = clamp(self.valToPos(to, "x", true), bbox.left, bbox.left + bbox.width);
              if (right > left) ctx.fillRect(left, bbox.top, right - left, bbox.height);
            }
            ctx.restore();
          }],
          draw: [label],
          setSelect: [self => {
            const { left, width } = self.select;
            if (width <= 0) return;
            self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            show([self.posToVal(left, "x"), self.posToVal(left + width, "x")]);
          }],
          setCursor: [self => {
            const index = self.cursor.left >= 0 && self.cursor.idx != null ? self.cursor.idx : null;
            if (index === cursor) return;
            cursor = index;
            for (const { view: other } of plots)
              if (other !== self) other.setCursor({ left: index === null ? -10 : other.valToPos(index, "x"), top: index === null ? -10 : 1 }, false);
            tell();
          }],
        },
      }, [xs, ...drawn.map(values)], box);
      new ResizeObserver(() => {
        if (box.clientWidth > 60 && box.clientWidth !== view.width) view.setSize({ width: box.clientWidth, height: height + 36 });
      }).observe(box);
      plots.push({ view });
    }

    figure.prepend(make("div", { class: "live-tools" }, tools, make("span", { class: "hint" }, say.hint), readout), live);
    statics.slice(0, 2).forEach((fixed, k) => plot(fixed, k === 1));
    figure.classList.add("live");
    point(last);
    readout.style.minHeight = `${readout.offsetHeight}px`;
    point(null);
    show([0, last]);

    live.addEventListener("keydown", event => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      const [from, to] = range, at = cursor === null ? to : cursor, far = event.shiftKey ? 20 : 1, wide = to - from;
      const moves = { ArrowLeft: at - far, ArrowDown: at - far, ArrowRight: at + far, ArrowUp: at + far, PageDown: at - 60, PageUp: at + 60, Home: from, End: to };
      if (event.key in moves) point(cursor === null && !["Home", "ArrowLeft", "ArrowDown", "PageDown"].includes(event.key) ? at : moves[event.key]);
      else if (event.key === "+" || event.key === "=") show([at - wide / 4, at - wide / 4 + wide / 2]);
      else if (event.key === "-" || event.key === "_") show([from - wide / 2, to + wide / 2]);
      else if (event.key === "Escape" || event.key === "0") { point(null); show([0, last]); }
      else return;
      event.preventDefault();
    });
    live.addEventListener("blur", () => point(null));
    const repaint = () => plots.forEach(({ view }) => view.redraw(false));
    matchMedia("(prefers-color-scheme:dark)").addEventListener("change", repaint);
    return { point, dates, last, listen: listener => { listeners.push(listener); listener(cursor); } };
  }

  /* --- what was held on the day under the cursor, and why: below the charts and below the timeline ----------------- */
  function held(data, chart, places, table) {
    const { names, roles, spells, moves } = data.held, say = data.words, { dates, last } = chart;
    const day = () => make("div", { class: "day", "aria-live": "off" });
    const panels = places.filter(Boolean).map(place => { const panel = day(); place.append(panel); return panel; });
    const basis = (series, until) => { /* how it came in: its rank at the last decision before */
      for (let k = moves.length - 1; k >= 0; k--) {
        if (moves[k][0] > until) continue;
        const found = moves[k][1].find(([other]) => other === series);
        if (found) return found[1];
      }
      return "";
    };
    const named = ([series, text]) => make("span", { class: roles[series] }, make("i"), names[series], text && make("small", {}, ` ${say.rank} ${text}`));
    function tell(at) {
      const now = at === null ? last : at;
      const own = spells.filter(([, from, to]) => from <= now && now <= to).sort((a, b) => a[1] - b[1]);
      const move = moves.filter(([when]) => when <= now).pop();
      for (const panel of panels) {
        const lines = [make("p", {}, make("b", {}, `${dates[now]} `), own.length ? `${say.held}: ` : say.nothing, ...own.map(([series, from]) => {
          const why = basis(series, from);
          return make("span", { class: roles[series] }, make("i"), names[series], make("small", {}, ` ${say.since} ${dates[from]}${why && `, ${say.rank} ${why}`}`));
        }))];
        if (move) lines.push(make("p", {}, `${say.decided} ${dates[Math.max(move[0], 0)]}: `,
          ...(move[1].length ? [make("em", {}, say.came), ...move[1].map(named)] : []),
          ...(move[2].length ? [make("em", {}, say.left), ...move[2].map(named)] : [])));
        panel.replaceChildren(...lines);
      }
      const inside = new Set(own.map(([series]) => names[series]));
      if (table) all("tbody tr", table).forEach(row => {
        const name = $("th", row).childNodes[0];
        row.classList.toggle("on", at !== null && inside.has(name ? name.textContent.trim() : ""));
      });
      if (line) {
        const cell = $("tbody .bars-cell", table), box = cell.getBoundingClientRect(), around = line.parentNode.getBoundingClientRect();
        line.hidden = at === null;
        line.style.left = `${box.left - around.left + box.width * now / last}px`;
        line.style.height = `${table.tBodies[0].getBoundingClientRect().bottom - around.top}px`;
      }
    }
    let line = null;
    if (table && $("tbody .bars-cell", table)) {
      const wrap = make("div", { class: "linked" });
      table.replaceWith(wrap);
      line = make("div", { class: "linked-line", hidden: "" });
      wrap.append(table, line);
      table.addEventListener("mousemove", event => {
        const box = $("tbody .bars-cell", table).getBoundingClientRect(), share = (event.clientX - box.left) / box.width;
        if (share >= 0 && share <= 1) chart.point(Math.round(share * last));
      });
      table.addEventListener("mouseleave", () => chart.point(null));
    }
    chart.listen(tell);
    for (const panel of panels) panel.style.minHeight = `${panel.offsetHeight}px`;
  }

  /* --- bars and cells that say what they are -------------------------------------------------------------------- */
  const tip = make("div", { class: "tip", role: "tooltip", id: "tip", hidden: "" });

  function place_tip(node, text) {
    tip.textContent = text;
    tip.hidden = false;
    const box = node.getBoundingClientRect(), wide = document.documentElement.clientWidth;
    const above = box.top > tip.offsetHeight + 12;
    tip.style.left = `${clamp(box.left + box.width / 2 - tip.offsetWidth / 2, 6, Math.max(6, wide - tip.offsetWidth - 6))}px`;
    tip.style.top = `${above ? box.top - tip.offsetHeight - 6 : box.bottom + 6}px`;
  }

  /* what the head of a column is: for a pointer, a finger and a keyboard; screen readers read it as its description */
  function defined(head) {
    const note = all(".defined i", head.closest("section"))[+head.dataset.note];
    if (!note) return;
    const text = note.textContent, open = () => place_tip(head, text), close = () => { tip.hidden = true; };
    head.setAttribute("aria-description", text);
    if (!$("button", head)) head.tabIndex = 0;
    for (const event of ["mouseenter", "focusin", "click"]) head.addEventListener(event, open);
    for (const event of ["mouseleave", "focusout"]) head.addEventListener(event, close);
    head.addEventListener("keydown", event => { if (event.key === "Escape") close(); });
  }

  function explain(area, rows, text) {
    const flat = rows.flat();
    if (!flat.length) return;
    const place = new Map();
    rows.forEach((row, down) => row.forEach((node, across) => place.set(node, [down, across])));
    flat.forEach((node, k) => node.setAttribute("tabindex", k ? "-1" : "0"));
    const find = event => event.target instanceof Element ? event.target.closest("[tabindex]") : null;
    let shown = null;
    function open(node) {
      if (!place.has(node)) return;
      if (shown) shown.removeAttribute("aria-describedby");
      shown = node;
      place_tip(node, text(node));
      node.setAttribute("aria-describedby", "tip");
    }
    function close() {
      if (shown) shown.removeAttribute("aria-describedby");
      shown = null;
      tip.hidden = true;
    }
    area.addEventListener("mouseover", event => { const node = find(event); if (node) open(node); });
    area.addEventListener("mouseout", close);
    area.addEventListener("focusin", event => { const node = find(event); if (node) open(node); });
    area.addEventListener("focusout", close);
    area.addEventListener("keydown", event => {
      const node = find(event);
      if (!place.has(node)) return;
      if (event.key === "Escape") return close();
      const [down, across] = place.get(node);
      const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
      if (!step) return;
      event.preventDefault();
      const row = rows[down + step[0]];
      if (!row || !row.length) return;
      const next = step[0] ? nearest(row, middle(node)) : row[across + step[1]];
      if (!next) return;
      node.setAttribute("tabindex", "-1");
      next.setAttribute("tabindex", "0");
      next.focus();
      open(next);
    });
  }

  function bars(table) {
    const rows = all("tbody tr", table).map(line => {
      const name = $("th", line).getAttribute("title") || $("th", line).textContent.trim();
      return all(".bars path", line).map(path => {
        const title = $("title", path);
        path.setAttribute("role", "img");
        path.setAttribute("aria-label", `${name}: ${title ? title.textContent : ""}`);
        if (title) title.remove();
        path.closest("svg").removeAttribute("aria-hidden");
        return path;
      });
    }).filter(row => row.length);
    explain(table, rows, path => path.getAttribute("aria-label"));
  }

  function cells(table) {
    const heads = all("thead th", table).map(head => head.innerText.replace(/\s+/g, " ").trim());
    const rows = all("tbody tr", table).map(line => all("td.v", line)).filter(row => row.length);
    explain(table, rows, cell => `${$("th", cell.parentNode).textContent.trim()}, ${heads[cell.cellIndex]}: ${cell.textContent.trim()}`);
  }

  /* --- a map of many series: find one, or point at its name ------------------------------------------------------ */
  function findable(section, words) {
    const map = $("svg.picture", section), names = all(".quadrants [data-of]", section);
    if (!map || !names.length) return;
    const marks = all("[data-of]", map), plain = text => text.replace(/[\u2022,]/g, "").trim();
    const box = make("input", { type: "search", class: "find", placeholder: words.find, "aria-label": words.find, autocomplete: "off" });
    map.parentNode.before(box);
    function highlight(nodes) {
      const codes = new Set(nodes.map(node => node.dataset.of));
      map.classList.toggle("searching", codes.size > 0);
      for (const node of [...marks, ...names]) node.classList.toggle("found", codes.has(node.dataset.of));
      all(".asked", map).forEach(node => node.remove());
      for (const spot of marks.filter(node => node.tagName === "circle" && codes.has(node.dataset.of)).slice(0, 12)) {
        const text = document.createElementNS(map.namespaceURI, "text"), left = +spot.getAttribute("cx") > 600;
        for (const [key, value] of Object.entries({ class: "asked", x: +spot.getAttribute("cx") + (left ? -9 : 9), y: +spot.getAttribute("cy") + 4, "text-anchor": left ? "end" : "start" })) text.setAttribute(key, value);
        text.textContent = plain(names.find(node => node.dataset.of === spot.dataset.of).textContent);
        map.append(text);
      }
    }
    const sought = () => {
      const text = box.value.trim().toLowerCase();
      highlight(text ? names.filter(node => `${plain(node.textContent)} ${node.dataset.of}`.toLowerCase().includes(text)) : []);
    };
    box.addEventListener("input", sought);
    for (const node of [...names, ...marks.filter(mark => mark.tagName === "circle")]) {
      node.addEventListener("mouseenter", () => highlight([node]));
      node.addEventListener("mouseleave", sought);
    }
  }

  /* --- tables that sort ----------------------------------------------------------------------------------------- */
  const value = cell => {
    const text = cell ? cell.textContent.trim() : "";
    const plain = text.replace(/\u2212/g, "-").replace(/^[\u2022+\s]+/, "").replace(/,/g, "");
    const number = /^-?[\d.]+\s*(%|\u00d7|bp)?$/.test(plain) ? parseFloat(plain) : NaN;
    return { text, number, blank: text === "" || text === "\u2013" };
  };
  function sortable(table) {
    const body = table.tBodies[0], lines = body ? [...body.rows] : [], heads = all("thead tr:only-child th", table);
    if (lines.length < 3 || !heads.length || lines.some(line => line.cells.length !== heads.length)) return;
    heads.forEach((head, column) => {
      const button = make("button", { type: "button", class: "sort" });
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const keyed = lines.map(line => [line, value(line.cells[column])]);
        const numbers = keyed.every(([, key]) => key.blank || !Number.isNaN(key.number));
        const before = head.getAttribute("aria-sort"), up = before ? before === "descending" : !numbers;
        heads.forEach(other => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        keyed.sort(([, a], [, b]) => a.blank - b.blank || (up ? 1 : -1) * (numbers ? a.number - b.number || 0 : a.text.localeCompare(b.text, document.documentElement.lang)));
        body.append(...keyed.map(([line]) => line));
      });
    });
  }

  const data = document.getElementById("growth-data"), figure = $('section[aria-labelledby="growth"] figure');
  if (data && figure) {
    const told = JSON.parse(data.textContent), chart = charts(told, figure), timeline = $("table.timeline");
    if (chart && told.held) held(told, chart, [figure, timeline && timeline.closest("section")], timeline);
  }
  document.body.append(tip);
  if (data) all('section[aria-labelledby="map"]').forEach(section => findable(section, JSON.parse(data.textContent).words));
  all("table.timeline").forEach(bars);
  all("table.heat").forEach(cells);
  all(".scroll table").forEach(sortable);
  all("th[data-note]").forEach(defined);
  document.documentElement.classList.add("hovers"); /* footnotes are for paper then */
})();
