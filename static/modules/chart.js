// Draws the table inside a [data-chart] as a chart: the numbers are read from the table and nowhere else.
// Names stand beside what they name; patterns tell the parts apart on paper and without colours.

const STYLES = [
  { token: "--live", pattern: "solid", dash: [], point: "circle" },
  { token: "--buffer", pattern: "stripes", dash: [6, 4], point: "rect" },
  { token: "--lock", pattern: "dots", dash: [2, 3], point: "triangle" },
  { token: "--muted", pattern: "grid", dash: [8, 3, 2, 3], point: "rectRot" },
  { token: "--risk", pattern: "lines", dash: [12, 4], point: "star" },
];
const still = matchMedia("(prefers-reduced-motion: reduce)");
const charts = [];

const token = (figure, name) => getComputedStyle(figure).getPropertyValue(name).trim();

function pattern(context, kind, colour, ground) {
  if (kind === "solid") return colour;
  const tile = Object.assign(document.createElement("canvas"), { width: 8, height: 8 });
  const pen = tile.getContext("2d");
  pen.fillStyle = ground;
  pen.fillRect(0, 0, 8, 8);
  pen.strokeStyle = pen.fillStyle = colour;
  pen.lineWidth = 2.4;
  pen.beginPath();
  if (kind === "stripes") for (const x of [-8, 0, 8]) { pen.moveTo(x, 8); pen.lineTo(x + 8, 0); }
  if (kind === "lines" || kind === "grid") { pen.moveTo(0, 4); pen.lineTo(8, 4); }
  if (kind === "grid") { pen.moveTo(4, 0); pen.lineTo(4, 8); }
  if (kind === "dots") pen.arc(4, 4, 2.2, 0, 7), pen.fill();
  else pen.stroke();
  return context.createPattern(tile, "repeat");
}

function read(table) {
  const heads = [...table.querySelectorAll("thead tr:last-child > *")].slice(1);
  const rows = [...table.querySelectorAll("tbody tr")];
  const cells = rows.map((row) => [...row.cells].slice(1));
  const series = heads.map((head, column) => ({
    name: head.textContent.trim(),
    mark: "mark" in head.dataset,
    skip: "aside" in head.dataset,
    cells: cells.map((row) => row[column]),
  }));
  return { labels: rows.map((row) => row.cells[0].dataset.short || row.cells[0].textContent.trim()), series: series.filter((one) => !one.skip) };
}

function dataset(one, place, figure, context, stacked) {
  const colour = token(figure, one.mark ? "--ink" : STYLES[place % STYLES.length].token);
  const style = STYLES[place % STYLES.length];
  const data = one.cells.map((cell) => (cell?.dataset.value ? Number(cell.dataset.value) : null));
  const common = { label: one.name, data, cells: one.cells, borderColor: colour, mark: one.mark };
  if (one.mark) return { ...common, type: "line", showLine: false, pointStyle: "line", pointRadius: 18, pointHoverRadius: 18, borderWidth: 3, order: -1 };
  if (figure.dataset.chart === "lines") return { ...common, borderWidth: 2.5, borderDash: style.dash, pointStyle: style.point, pointRadius: 4, backgroundColor: colour, spanGaps: true };
  return { ...common, backgroundColor: pattern(context, style.pattern, colour, token(figure, "--card")), pointStyle: "rect", borderWidth: 1.5, maxBarThickness: 64, stack: stacked ? "all" : undefined };
}

// The name of each part beside the last bar or point that has it; names keep clear of one another.
const names = {
  id: "names",
  afterDatasetsDraw(chart) {
    if (chart.options.plugins.legend.display) return;
    const { ctx, chartArea } = chart, wanted = [], sets = chart.data.datasets;
    const heights = chart.data.labels.map((_label, place) => sets.reduce((sum, set) => sum + (set.mark ? 0 : Number(set.data[place])), 0));
    const tallest = chart.options.scales.y.stacked ? heights.indexOf(Math.max(...heights)) : -1;
    sets.forEach((set, index) => {
      const last = set.data[tallest] ? tallest : set.data.findLastIndex((value) => value !== null && (value !== 0 || set.mark));
      if (last < 0) return;
      const element = chart.getDatasetMeta(index).data[last];
      const { x, y, base, width } = element.getProps(["x", "y", "base", "width"], true);
      const middle = base === undefined || set.mark ? y : (y + base) / 2;
      wanted.push({ text: set.label, from: x + (width ?? (set.mark ? 36 : 8)) / 2, y: middle, anchor: middle });
    });
    wanted.sort((one, other) => one.y - other.y);
    wanted.forEach((one, index) => { if (index) one.y = Math.max(one.y, wanted[index - 1].y + 16); });
    const over = Math.max(0, (wanted.at(-1)?.y ?? 0) - chartArea.bottom);
    ctx.save();
    ctx.font = `600 12px ${Chart.defaults.font.family}`;
    ctx.textBaseline = "middle";
    for (const one of wanted) {
      const y = one.y - over, x = chartArea.right + 14;
      ctx.strokeStyle = chart.colours.line;
      ctx.beginPath(); ctx.moveTo(one.from + 2, one.anchor); ctx.lineTo(x - 4, y); ctx.stroke();
      ctx.fillStyle = chart.colours.ink;
      ctx.fillText(one.text, x, y);
    }
    ctx.restore();
  },
};

function options(figure, sets, colours, paper) {
  const lang = document.documentElement.lang, narrow = figure.clientWidth < 560 || sets.length < 2;
  const ruler = document.createElement("canvas").getContext("2d");
  ruler.font = `600 12px ${Chart.defaults.font.family}`;
  const room = Math.max(...sets.map((set) => ruler.measureText(set.label).width)) + 22;
  const stacked = figure.dataset.chart === "stacked";
  const number = new Intl.NumberFormat(lang, { notation: "compact", maximumFractionDigits: 1, ...("percent" in figure.dataset ? { style: "percent", notation: "standard" } : {}) });
  const axis = { ticks: { color: colours.muted }, grid: { color: colours.line }, border: { color: colours.line } };
  return {
    locale: lang, maintainAspectRatio: false, animation: paper || still.matches ? false : { duration: 200 },
    layout: { padding: { right: narrow ? 0 : room } },
    interaction: { mode: "nearest", intersect: true },
    scales: {
      x: { ...axis, stacked, grid: { display: false } },
      y: { ...axis, stacked, beginAtZero: true, ticks: { ...axis.ticks, maxTicksLimit: 6, callback: (value) => number.format(value) } },
    },
    plugins: {
      legend: { display: narrow && sets.length > 1, onClick: () => {}, labels: { color: colours.ink, usePointStyle: true, pointStyleWidth: 26 } },
      tooltip: { callbacks: { label: (item) => `${item.dataset.label}: ${item.dataset.cells[item.dataIndex].textContent.trim()}` } },
    },
    onClick(_event, hits, chart) {
      const cell = hits[0] && chart.data.datasets[hits[0].datasetIndex].cells[hits[0].index];
      cell?.querySelector("a")?.click();
    },
    onHover(event, hits, chart) {
      const cell = hits[0] && chart.data.datasets[hits[0].datasetIndex].cells[hits[0].index];
      event.native.target.style.cursor = cell?.querySelector("a") ? "pointer" : "";
    },
  };
}

function draw(figure, paper) {
  const canvas = figure.querySelector("canvas"), context = canvas.getContext("2d");
  const { labels, series } = read(figure.querySelector("table"));
  const colours = Object.fromEntries(["ink", "muted", "line"].map((name) => [name, token(figure, `--${name}`)]));
  const stacked = figure.dataset.chart === "stacked";
  const datasets = series.map((one, place) => dataset(one, place, figure, context, stacked));
  Chart.getChart(canvas)?.destroy();
  const chart = new Chart(canvas, {
    type: figure.dataset.chart === "lines" ? "line" : "bar",
    data: { labels, datasets },
    options: options(figure, datasets, colours, paper),
    plugins: [{ id: "colours", beforeInit: (one) => { one.colours = colours; } }, names],
  });
  figure.querySelector(".picture").hidden = false;
  chart.resize();
}

function drawAll(paper = false) {
  for (const figure of charts) {
    figure.classList.toggle("on-paper", paper);
    draw(figure, paper);
  }
}

Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
charts.push(...document.querySelectorAll("[data-chart]"));
for (const figure of charts) figure.querySelector(".picture").hidden = false;
drawAll();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawAll());
addEventListener("beforeprint", () => drawAll(true));
addEventListener("afterprint", () => drawAll());
