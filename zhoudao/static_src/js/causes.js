// The Pareto picture: bars that open their cases, and how much the causes make up together.

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
  const place = document.getElementById("chart-causes");
  if (!place) return;
  const data = JSON.parse(document.getElementById("causes-chart").textContent);
  const [ink, accent, warm] = ["--color-base-content", "--color-primary", "--color-warning"].map(colour);
  const label = { color: ink(0.7) };
  if (!chart) {
    chart = echarts.init(place);
    chart.on("click", (point) => location.assign(data.links[point.dataIndex]));
  }
  chart.setOption({
    animation: false,
    textStyle: { color: ink(0.7), fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 12 },
    tooltip: { trigger: "axis", axisPointer: { type: "shadow" }, confine: true, renderMode: "richText" },
    grid: { left: 40, right: 46, top: 16, bottom: 28 },
    xAxis: { type: "category", data: data.labels, axisTick: { show: false }, axisLabel: { ...label, interval: 0, overflow: "truncate", width: 96 } },
    yAxis: [
      { type: "value", minInterval: 1, axisLabel: label, splitLine: { lineStyle: { color: ink(0.08) } } },
      { type: "value", max: 100, axisLabel: { ...label, formatter: "{value}%" }, splitLine: { show: false } },
    ],
    series: [
      { type: "bar", name: data.names[0], data: data.values, barMaxWidth: 46, cursor: "pointer", itemStyle: { color: accent(0.85), borderRadius: [3, 3, 0, 0] } },
      { type: "line", name: data.names[1], data: data.up_to, yAxisIndex: 1, symbolSize: 7, itemStyle: { color: warm() }, lineStyle: { color: warm(), width: 2 } },
    ],
  });
}

addEventListener("load", show);
if (document.readyState === "complete") show();
addEventListener("resize", () => chart?.resize());
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
