// The list: filters as you type, sorting, paging and selection without leaving the page. The URL is the whole state;
// without this script the same links and forms load whole pages.

const filters = document.getElementById("filters");
const results = document.getElementById("results");
let asked = 0;

function selection() {
  return new URLSearchParams(location.search).getAll("run");
}

function filtered(runs) {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(filters)) {
    if (value && !(name === "sort" && value === "written")) query.append(name, value);
  }
  const now = new URLSearchParams(location.search);
  if (now.get("order") && now.get("sort") === query.get("sort")) query.set("order", now.get("order"));
  for (const run of runs) query.append("run", run);
  return query;
}

async function show(query, { replace = false } = {}) {
  const mine = ++asked;
  const text = query.toString();
  history[replace ? "replaceState" : "pushState"](null, "", text ? `/?${text}` : "/");
  query.set("part", "results");
  results.setAttribute("aria-busy", "true");
  const focused = document.activeElement?.id;
  try {
    const answer = await fetch(`/?${query}`);
    if (!answer.ok) throw new Error(String(answer.status));
    const page = await answer.text();
    if (mine !== asked) return; // a later question is on its way
    results.innerHTML = page;
    if (focused) document.getElementById(focused)?.focus();
  } catch {
    if (mine === asked) results.querySelector(".count").textContent = "No answer: is sectorlead serve still running?";
  } finally {
    if (mine === asked) results.removeAttribute("aria-busy");
  }
}

let waiting;
filters.addEventListener("input", (event) => {
  clearTimeout(waiting);
  const typing = event.target.type === "search";
  waiting = setTimeout(() => show(filtered(selection()), { replace: typing }), typing ? 200 : 0);
});
filters.addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(waiting);
  show(filtered(selection()));
});

function select(folder, on) {
  const query = new URLSearchParams(location.search);
  const runs = query.getAll("run").filter((run) => run !== folder);
  query.delete("run");
  for (const run of on ? [...runs, folder] : runs) query.append("run", run);
  show(query, { replace: true });
}

results.addEventListener("change", (event) => {
  if (event.target.name === "run") select(event.target.value, event.target.checked);
});

results.addEventListener("click", (event) => {
  const drop = event.target.closest("button.drop");
  if (drop) return select(drop.dataset.run, false);
  const link = event.target.closest("th a[id^=sort-], .pager a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  const query = new URL(link.href).searchParams;
  filters.elements.sort.value = query.get("sort") ?? "written";
  show(query).then(() => link.closest(".pager") && results.scrollIntoView());
});

window.addEventListener("popstate", () => location.reload());
const { text } = filters.elements;
if (text.value !== text.defaultValue) show(filtered(selection()), { replace: true }); // typed before this script was here
document.documentElement.classList.add("js");
