// How much of an item lay in one place, day by day: what is there, and what of it is kept for somebody.

const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
let chart = null;

// ECharts knows no oklch: the browser paints one dot in the colour and says what it is.
function colour(name) {
  const dot = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
  dot.fillStyle = style(name) || "#888";
  dot.fillRect(0, 0, 1, 1);
  const [r, g, b] = dot.getImageData(0, 0, 1, 1).data;
  return (alpha = 1) => `rgba(${r}, ${g}, ${b}, ${alpha})`;
}

function show() {
  const place = document.getElementById("chart-stock");
  if (!place) return;
  const data = JSON.parse(document.getElementById("stock-chart").textContent);
  const [ink, accent, warm] = ["--color-base-content", "--color-primary", "--color-warning"].map(colour);
  const text = { color: ink(0.7), fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 12 };
  const line = (name, values, look, fill) => ({ type: "line", step: "end", name, data: values, showSymbol: false, lineStyle: { color: look(), width: 2 }, itemStyle: { color: look() }, areaStyle: { color: look(fill) } });
  chart ??= echarts.init(place);
  chart.setOption({
    animation: false,
    textStyle: text,
    tooltip: { trigger: "axis", confine: true, renderMode: "richText" },
    legend: { right: 8, top: 0, itemWidth: 12, itemHeight: 8, textStyle: text },
    grid: { left: 44, right: 10, top: 28, bottom: 26 },
    xAxis: { type: "category", data: data.labels, axisTick: { show: false }, axisLine: { lineStyle: { color: ink(0.15) } }, axisLabel: { color: ink(0.7) } },
    yAxis: { type: "value", minInterval: 1, splitLine: { lineStyle: { color: ink(0.08) } }, axisLabel: { color: ink(0.7) } },
    series: [line(data.names[0], data.on_hand, accent, 0.12), line(data.names[1], data.reserved, warm, 0.18)],
  });
}

addEventListener("load", show);
if (document.readyState === "complete") show();
addEventListener("resize", () => chart?.resize());
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
