// The board: three charts that open their cases, and everything renewed each half minute.

const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const charts = new Map();

// ECharts knows no oklch: the browser paints one dot in the colour and says what it is.
function colour(name) {
  const dot = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
  dot.fillStyle = style(name) || "#888";
  dot.fillRect(0, 0, 1, 1);
  const [r, g, b] = dot.getImageData(0, 0, 1, 1).data;
  return (alpha = 1) => `rgba(${r}, ${g}, ${b}, ${alpha})`;
}

function draw(id, option, open) {
  const element = document.getElementById(id);
  if (!element) return;
  let chart = charts.get(id);
  if (!chart || chart.getDom() !== element) {
    chart?.dispose();
    chart = echarts.init(element);
    charts.set(id, chart);
    chart.on("click", (point) => location.assign(open(point.dataIndex)));
  }
  chart.setOption(option, true);
}

function show() {
  const data = JSON.parse(document.getElementById("board-charts").textContent);
  const [ink, accent] = [colour("--color-base-content"), colour("--color-primary")];
  const text = { color: ink(0.7), fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 12 };
  const calm = {
    animation: false,
    textStyle: text,
    tooltip: { trigger: "axis", axisPointer: { type: "shadow" }, confine: true, renderMode: "richText" },
  };
  const line = { lineStyle: { color: ink(0.15) } };
  const counts = { type: "value", minInterval: 1, splitLine: { lineStyle: { color: ink(0.08) } }, axisLabel: { color: ink(0.7) } };
  const names = (labels) => ({ type: "category", data: labels, axisTick: { show: false }, axisLine: line, axisLabel: { color: ink(0.7) } });
  const bars = (part, radius) => ({ type: "bar", name: part.name, data: part.values, barMaxWidth: 26, itemStyle: { color: accent(0.85), borderRadius: radius }, cursor: "pointer" });
  draw(
    "chart-volume",
    { ...calm, grid: { left: 34, right: 8, top: 14, bottom: 26 }, xAxis: names(data.volume.labels), yAxis: counts, series: [bars(data.volume, [3, 3, 0, 0])] },
    () => data.volume.link,
  );
  draw(
    "chart-teams",
    {
      ...calm,
      grid: { left: 8, right: 34, top: 6, bottom: 8, containLabel: true },
      xAxis: { ...counts, show: false },
      yAxis: { ...names(data.teams.labels), inverse: true },
      series: [{ ...bars(data.teams, [0, 3, 3, 0]), label: { show: true, position: "right", color: ink(0.8) } }],
    },
    (index) => data.teams.links[index],
  );
  const bad = colour("--color-error");
  const part = (place, values, look) => ({ type: "bar", stack: "moods", name: data.moods.names[place], data: values, barMaxWidth: 26, itemStyle: { color: look }, cursor: "pointer" });
  draw(
    "chart-moods",
    {
      ...calm,
      legend: { right: 8, top: 0, itemWidth: 12, itemHeight: 8, textStyle: text },
      grid: { left: 34, right: 8, top: 26, bottom: 26 },
      xAxis: names(data.moods.labels),
      yAxis: counts,
      series: [part(0, data.moods.upset, bad(0.85)), part(1, data.moods.others, ink(0.18))],
    },
    () => data.moods.link,
  );
}

addEventListener("load", show);
if (document.readyState === "complete") show();
addEventListener("resize", () => charts.forEach((chart) => chart.resize()));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
document.addEventListener("htmx:after:swap", show);
setInterval(() => {
  const board = document.getElementById("board");
  if (document.visibilityState === "visible" && board) {
    htmx.ajax("GET", board.dataset.again, { target: board, swap: "innerMorph" });
  }
}, 30000);
