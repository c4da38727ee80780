// A process map: steps and paths as they happened, as many as the reader wants to see, coloured by how often or how long.
(() => {
  const SVG = "http://www.w3.org/2000/svg";
  const METRICS = { count: 2, cases: 3, median: 4, p90: 5, total: 6 };
  const make = (name, attributes = {}, parent = null) => {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    parent?.append(element);
    return element;
  };
  const wide = (words) => [...words].reduce((sum, letter) => sum + (letter.charCodeAt(0) > 0x2e7f ? 13 : 7), 0);
  const cut = (words, most) => {
    let room = most;
    for (let place = 0; place < words.length; place += 1) {
      room -= words.charCodeAt(place) > 0x2e7f ? 13 : 7;
      if (room < 0) return `${words.slice(0, place).trimEnd()}…`;
    }
    return words;
  };

  class ProcessMap {
    constructor(root) {
      this.root = root;
      this.words = root.dataset;
      this.data = JSON.parse(document.getElementById(root.dataset.map).textContent);
      this.canvas = root.querySelector(".process-canvas");
      this.says = root.querySelector("output");
      this.acts = document.body.hasAttribute("data-alone") ? null : root.querySelector(".process-acts");
      this.byId = new Map(this.data.steps.map((step) => [step.id, step]));
      this.controls = Object.fromEntries([...root.querySelectorAll("[data-control]")].map((each) => [each.dataset.control, each]));
      for (const name of ["steps", "paths", "metric"]) this.controls[name].addEventListener("input", () => this.draw());
      this.controls.play.addEventListener("click", () => this.play());
      for (const [name, by] of [["closer", 1.3], ["farther", 1 / 1.3]]) this.controls[name].addEventListener("click", () => this.zoom(by));
      this.controls.fit.addEventListener("click", () => this.fit());
      this.drawing = 0;
      this.draw();
    }

    get metric() { return this.controls.metric.value; }

    span(seconds) {
      const units = [[86400, this.words.days], [3600, this.words.hours], [60, this.words.minutes]];
      for (const [size, name] of units) if (Math.abs(seconds) >= size) return name.replace("{n}", (seconds / size).toFixed(seconds / size < 10 ? 1 : 0));
      return this.words.seconds.replace("{n}", Math.round(seconds));
    }

    value(path) { return this.metric === "count" || this.metric === "cases" ? path[METRICS[this.metric]].toLocaleString() : this.span(path[METRICS[this.metric]]); }

    // The steps that make up the chosen share, and between them the paths: each step keeps its busiest way in and out.
    chosen() {
      const steps = this.data.steps.slice(0, Math.max(1, Math.round((this.data.steps.length * this.controls.steps.value) / 100)));
      const kept = new Set(steps.map((step) => step.id));
      const paths = this.data.paths.filter(([from, to]) => kept.has(from) && kept.has(to));
      const share = this.controls.paths.value / 100;
      const enough = new Set(paths.slice(0, Math.round(paths.length * share)));
      const into = new Set();
      const out = new Set();
      for (const path of paths) {
        if (path[0] === path[1]) continue;
        if (!out.has(path[0]) || !into.has(path[1])) enough.add(path);
        out.add(path[0]);
        into.add(path[1]);
      }
      const most = (name) => Math.max(...steps.map((step) => step[name]), 1);
      const ends = (name) => steps.filter((step) => step[name] > 0 && step[name] >= most(name) * (1 - share) * 0.5);
      return { steps, paths: paths.filter((path) => enough.has(path)), starts: ends("starts"), ends: ends("ends") };
    }

    async draw() {
      const turn = (this.drawing += 1);
      const shown = this.chosen();
      const label = (words) => [{ text: words, width: wide(words) + 8, height: 16 }];
      const nodes = shown.steps.map((step) => ({ id: `s${step.id}`, width: Math.min(Math.max(wide(step.name) + 28, 92), 200), height: 44 }));
      const edges = shown.paths.map((path, place) => ({ id: `p${place}`, sources: [`s${path[0]}`], targets: [`s${path[1]}`], labels: label(this.value(path)) }));
      const ways = [
        ...shown.starts.map((step) => ({ id: `b${step.id}`, sources: ["begin"], targets: [`s${step.id}`], labels: label(step.starts.toLocaleString()) })),
        ...shown.ends.map((step) => ({ id: `e${step.id}`, sources: [`s${step.id}`], targets: ["end"], labels: label(step.ends.toLocaleString()) })),
      ];
      const graph = {
        id: "map",
        layoutOptions: {
          "elk.algorithm": "layered", "elk.direction": "DOWN", "elk.edgeRouting": "SPLINES", "elk.layered.spacing.nodeNodeBetweenLayers": "34",
          "elk.spacing.nodeNode": "30", "elk.spacing.edgeNode": "18", "elk.layered.feedbackEdges": "true", "elk.randomSeed": "1",
          "elk.layered.cycleBreaking.strategy": "GREEDY_MODEL_ORDER", "elk.edgeLabels.inline": "true",
        },
        children: [{ id: "begin", width: 22, height: 22, layoutOptions: { "elk.layered.layering.layerConstraint": "FIRST" } }, ...nodes, { id: "end", width: 22, height: 22, layoutOptions: { "elk.layered.layering.layerConstraint": "LAST" } }],
        edges: [...edges, ...ways],
      };
      this.root.setAttribute("aria-busy", "true");
      const laid = await (ProcessMap.elk ??= new ELK()).layout(graph);
      if (turn !== this.drawing) return;
      this.root.removeAttribute("aria-busy");
      this.paint(laid, shown);
    }

    paint(laid, shown) {
      const svg = make("svg", { viewBox: `-8 -8 ${laid.width + 16} ${laid.height + 16}`, class: `process is-${this.metric === "count" || this.metric === "cases" ? "often" : "long"}` });
      this.size = [laid.width + 16, laid.height + 16];
      const marker = make("marker", { id: `${this.root.id}-tip`, viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 8, markerHeight: 8, markerUnits: "userSpaceOnUse", orient: "auto" }, make("defs", {}, svg));
      make("path", { d: "M0 0 L8 4 L0 8 z", class: "tip" }, marker);
      const most = Math.max(...shown.paths.map((path) => path[METRICS[this.metric]]), 1e-9);
      this.lines = new Map();
      for (const edge of laid.edges) this.edge(svg, edge, shown, most);
      const busiest = Math.max(...shown.steps.map((step) => step.count));
      for (const node of laid.children) this.node(svg, node, busiest);
      this.tokens = make("g", { class: "tokens" }, svg);
      this.canvas.replaceChildren(svg);
      this.fit();
    }

    edge(svg, edge, shown, most) {
      const path = edge.id.startsWith("p") ? shown.paths[Number(edge.id.slice(1))] : null;
      const weight = path ? Math.sqrt(Math.max(path[METRICS[this.metric]], 0) / most) : 0;
      const group = make("g", { class: path ? "path" : "path is-border", tabindex: path ? 0 : -1 }, svg);
      group.style.setProperty("--weight", weight.toFixed(3));
      const { startPoint, bendPoints = [], endPoint } = edge.sections[0];
      const points = [startPoint, ...bendPoints, endPoint].map((point) => `${point.x.toFixed(1)} ${point.y.toFixed(1)}`);
      // Splines come as groups of three points; whatever is left over is a straight line.
      let line = `M${points[0]}`;
      let place = 1;
      for (; place + 2 < points.length; place += 3) line += ` C${points[place]} ${points[place + 1]} ${points[place + 2]}`;
      for (; place < points.length; place += 1) line += ` L${points[place]}`;
      const drawn = make("path", { d: line, class: "line", "stroke-width": (1 + 5 * weight).toFixed(1), "marker-end": `url(#${this.root.id}-tip)` }, group);
      make("path", { d: line, class: "reach" }, group);
      for (const { text, x, y, width, height } of edge.labels ?? []) {
        make("rect", { x, y, width, height, rx: 3, class: "plate" }, group);
        make("text", { x: x + width / 2, y: y + height - 4 }, group).textContent = text;
      }
      if (!path) return;
      this.lines.set(`${path[0]}>${path[1]}`, drawn);
      const names = [this.byId.get(path[0]).name, this.byId.get(path[1]).name].join(" → ");
      const said = `${names}: ${this.words.path.replace("{count}", path[2].toLocaleString()).replace("{cases}", path[3].toLocaleString()).replace("{median}", this.span(path[4])).replace("{p90}", this.span(path[5])).replace("{total}", this.span(path[6]))}`;
      const [one, other] = [this.byId.get(path[0]), this.byId.get(path[1])];
      this.tells(group, said, this.leads(this.words.openPath, one, other), `next.${one.key}.${other.key}`);
    }

    node(svg, node, busiest) {
      if (node.id === "begin" || node.id === "end") {
        make("circle", { cx: node.x + 11, cy: node.y + 11, r: 9, class: node.id }, svg);
        return;
      }
      const step = this.byId.get(Number(node.id.slice(1)));
      const group = make("g", { class: "step", tabindex: 0 }, svg);
      group.style.setProperty("--weight", (step.count / busiest).toFixed(3));
      make("rect", { x: node.x, y: node.y, width: node.width, height: node.height, rx: 7 }, group);
      make("text", { x: node.x + node.width / 2, y: node.y + 19, class: "name" }, group).textContent = cut(step.name || "–", node.width - 14);
      make("text", { x: node.x + node.width / 2, y: node.y + 35, class: "figure" }, group).textContent = step.count.toLocaleString();
      const said = this.words.step.replace("{count}", step.count.toLocaleString()).replace("{cases}", step.cases.toLocaleString()).replace("{service}", this.span(step.service));
      this.tells(group, `${step.name}: ${said}`, this.leads(this.words.openStep, step), `with.${step.key}`);
    }

    // Steps are called by their place in the whole report, and by a key of their own where cases were filtered.
    leads(address, one, other = {}) {
      return address?.replace("{one}", one.id).replace("{other}", other.id).replace("{key}", one.key).replace("{next}", other.key);
    }

    tells(group, said, address, filter) {
      group.setAttribute("aria-label", said);
      make("title", {}, group).textContent = said;
      for (const name of ["pointerenter", "focus"]) group.addEventListener(name, () => { this.says.textContent = said; });
      if (!this.acts || !address) return;
      group.setAttribute("role", "button");
      group.addEventListener("click", () => this.offer(group, said, address, filter));
      group.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        this.offer(group, said, address, filter);
      });
    }

    // What can be done with a step or a path: its cases, or the map of them alone, or of all others.
    offer(group, said, address, filter) {
      const { narrow, sayOpen, sayOnly, sayBut } = this.words;
      const links = [[sayOpen, address], [sayOnly, `${narrow}f=${filter}`], [sayBut, `${narrow}f=-${filter}`]].map(([words, href]) => {
        const link = document.createElement("a");
        link.className = "button button-small";
        link.textContent = words;
        link.setAttribute("href", href);
        return link;
      });
      const about = document.createElement("span");
      about.textContent = said;
      this.acts.replaceChildren(about, ...links);
      this.acts.hidden = false;
      this.says.textContent = "";
      this.acts.onkeydown = (event) => { if (event.key === "Escape") { this.acts.hidden = true; group.focus(); } };
      links[0].focus();
    }

    fit() {
      const svg = this.canvas.firstElementChild;
      if (!svg) return;
      this.scale = Math.min(1, (this.canvas.clientWidth - 4) / this.size[0]);
      this.zoom(1);
    }

    zoom(by) {
      const svg = this.canvas.firstElementChild;
      if (!svg) return;
      this.scale = Math.min(Math.max(this.scale * by, 0.15), 3);
      svg.setAttribute("width", this.size[0] * this.scale);
      svg.setAttribute("height", this.size[1] * this.scale);
    }

    // Cases walk along the drawn paths, the whole log in half a minute; a second press stops them.
    play() {
      if (this.playing) { cancelAnimationFrame(this.playing); this.playing = 0; this.tokens.replaceChildren(); this.pressed(false); return; }
      this.pressed(true);
      const end = Math.max(...this.data.walks.map((walk) => walk.at(-1)[1]), 1);
      const walks = this.data.walks.map((walk) => ({ walk, at: 0, dot: make("circle", { r: 4, class: "token", visibility: "hidden" }, this.tokens) }));
      let begun = 0;
      const turn = (now) => {
        begun ||= now;
        const time = ((now - begun) / 30000) * end;
        for (const each of walks) this.walk(each, time);
        this.playing = time > end ? 0 : requestAnimationFrame(turn);
        if (!this.playing) { this.tokens.replaceChildren(); this.pressed(false); }
      };
      this.playing = requestAnimationFrame(turn);
    }

    pressed(is) { this.controls.play.setAttribute("aria-pressed", String(is)); }

    walk(each, time) {
      const { walk, dot } = each;
      while (each.at + 1 < walk.length && walk[each.at + 1][1] <= time) each.at += 1;
      const [from, since] = walk[each.at];
      const next = walk[each.at + 1];
      const line = next && time >= since ? this.lines.get(`${from}>${next[0]}`) : null;
      dot.setAttribute("visibility", line ? "visible" : "hidden");
      if (!line) return;
      line.whole ??= line.getTotalLength();
      const point = line.getPointAtLength((line.whole * (time - since)) / Math.max(next[1] - since, 1));
      dot.setAttribute("cx", point.x);
      dot.setAttribute("cy", point.y);
    }
  }

  // A map in a part of the page that is not shown has no size yet: it is drawn when it first is.
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) { seen.unobserve(entry.target); entry.target.processMap = new ProcessMap(entry.target); }
  });
  const begin = () => document.querySelectorAll(".process-map:not([data-seen])").forEach((root) => { root.dataset.seen = "1"; seen.observe(root); });
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
  document.addEventListener("htmx:after:swap", begin);
})();
