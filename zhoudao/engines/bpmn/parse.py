"""From the text of a `.bpmn` file to a graph."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from zhoudao.engines.bpmn import drawing, events, extensions
from zhoudao.engines.bpmn.extensions import BPMN, attribute
from zhoudao.engines.bpmn.graph import PROCESS, Flow, Graph, Kind, Loop, Node
from zhoudao.engines.bpmn.problems import FlowRefused, Problem
from zhoudao.engines.bpmn.supported import NODES, local, refusals
from zhoudao.kit import xml as hardened

MOST_ELEMENTS, MOST_NODES = 30_000, 1_000


def parse(xml: bytes) -> Graph:
    """Raises: FlowRefused, with every element that cannot be run; other mistakes are left for `check` to name."""
    try:
        root = hardened.parse(xml, max_elements=MOST_ELEMENTS)
    except hardened.XmlRefused as refusal:
        raise FlowRefused([Problem("", "", "unreadable", str(refusal))]) from refusal
    process = _process(root)
    refused = list(refusals(root))
    if refused:
        raise FlowRefused(refused)
    return _Reader(root, process).graph()


def _process(root: etree._Element) -> etree._Element:
    processes = root.findall(f"{{{BPMN}}}process") if local(root) == (BPMN, "definitions") else []
    if not processes:
        raise FlowRefused([Problem("", "", "no-process")])
    if len(processes) > 1:
        ids = ", ".join(process.get("id", "?") for process in processes)
        raise FlowRefused([Problem(processes[1].get("id", ""), "", "several-processes", ids)])
    return processes[0]


@dataclass
class _Reader:
    root: etree._Element
    process: etree._Element
    faults: list[Problem] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)
    nodes: list[Node] = field(default_factory=list)
    flows: list[Flow] = field(default_factory=list)
    drawn: set[str] = field(default_factory=set)

    def graph(self) -> Graph:
        found = list(self._walk(self.process, PROCESS))
        if len(found) > MOST_NODES:
            raise FlowRefused([Problem(self.process.get("id", ""), "", "too-large", f"{MOST_NODES:,}")])
        for index, (element, _) in enumerate(found):
            self._name(element, index)
        for index, (element, scope) in enumerate(found):
            self.nodes.append(self._node(element, index, scope))
        lines = [element for element in self.process.iter(f"{{{BPMN}}}sequenceFlow")]
        for element in lines:
            self._flow(element)
        self._connect([element for element, _ in found])
        shapes, edges = drawing.read(self.root)
        ids = "\n".join([node.id for node in self.nodes] + [flow.id for flow in self.flows])
        return Graph(
            id=self.process.get("id", ""),
            name=self.process.get("name", ""),
            nodes=tuple(self.nodes),
            flows=tuple(self.flows),
            inputs=extensions.inputs(self.process, lambda code, detail: self._fault(self.process, code, detail)),
            shapes=shapes,
            edges=edges,
            faults=tuple(self.faults),
            mark=zlib.crc32(ids.encode()),
            _by_id=self.places,
        )

    def _fault(self, element: etree._Element, code: str, detail: str = "") -> None:
        self.faults.append(Problem(element.get("id", ""), element.get("name", ""), code, detail))

    def _walk(self, parent: etree._Element, scope: int) -> Iterator[tuple[etree._Element, int]]:
        """Every node of the process and its sub-processes with the index of its scope, in file order."""
        todo, index = [(parent, scope)], 0
        for around, inside in todo:
            for element in around:
                namespace, tag = local(element)
                if namespace != BPMN or tag not in NODES:
                    continue
                yield element, inside
                if NODES[tag] is Kind.SUBPROCESS:
                    todo.append((element, index))
                index += 1

    def _name(self, element: etree._Element, index: int) -> None:
        name = element.get("id", "")
        if not name or name in self.places:
            self._fault(element, "duplicate-id", name or "(none)")
        self.places.setdefault(name, index)

    def _node(self, element: etree._Element, index: int, scope: int) -> Node:
        kind = NODES[local(element)[1]]

        def fault(code: str, detail: str) -> None:
            self._fault(element, code, detail)

        step = extensions.step(element, fault)
        return Node(
            id=element.get("id", ""),
            index=index,
            name=element.get("name", ""),
            kind=kind,
            scope=scope,
            event=events.read(element, kind, self.root, fault),
            loop=self._loop(element),
            step=replace(step, calls=step.calls or element.get("calledElement", "")),
            host=self._host(element) if kind is Kind.BOUNDARY else None,
            interrupting=element.get("cancelActivity", "true") != "false",
        )

    def _host(self, element: etree._Element) -> int | None:
        """The index of the activity a boundary event sits on; what it is is checked once all are known."""
        host = self.places.get(element.get("attachedToRef", ""))
        if host is None:
            self._fault(element, "boundary-without-activity")
        return host

    def _loop(self, element: etree._Element) -> Loop | None:
        loop = element.find(f"{{{BPMN}}}multiInstanceLoopCharacteristics")
        if loop is None:
            return None
        item = loop.find(f"{{{BPMN}}}inputDataItem")
        read = Loop(
            sequential=loop.get("isSequential") == "true",
            cardinality=(loop.findtext(f"{{{BPMN}}}loopCardinality") or "").strip(),
            collection=attribute(loop, "collection") or (loop.findtext(f"{{{BPMN}}}loopDataInputRef") or "").strip(),
            item=attribute(loop, "item") or (item.get("name", "item") if item is not None else "item"),
            until=(loop.findtext(f"{{{BPMN}}}completionCondition") or "").strip(),
        )
        if not read.cardinality and not read.collection:
            self._fault(element, "loop-unbounded")
        return read

    def _flow(self, element: etree._Element) -> None:
        name = element.get("id", "")
        if not name or name in self.places or name in self.drawn:
            self._fault(element, "duplicate-id", name or "(none)")
        self.drawn.add(name)
        ends = [element.get("sourceRef", ""), element.get("targetRef", "")]
        missing = [end for end in ends if end not in self.places]
        for end in missing:
            self._fault(element, "missing-reference", end or "(nothing)")
        if missing:
            return
        source, target = (self.places[end] for end in ends)
        if self.nodes[source].scope != self.nodes[target].scope:
            self._fault(element, "crosses-scope")
            return
        condition = (element.findtext(f"{{{BPMN}}}conditionExpression") or "").strip()
        self.flows.append(Flow(name, len(self.flows), element.get("name", ""), source, target, condition))

    def _connect(self, elements: list[etree._Element]) -> None:
        incoming: list[list[int]] = [[] for _ in self.nodes]
        outgoing: list[list[int]] = [[] for _ in self.nodes]
        boundaries: list[list[int]] = [[] for _ in self.nodes]
        starts: dict[int, int] = {}
        for flow in self.flows:
            outgoing[flow.source].append(flow.index)
            incoming[flow.target].append(flow.index)
        for node in self.nodes:
            if node.host is not None:
                boundaries[node.host].append(node.index)
            if node.kind is Kind.START:
                starts.setdefault(node.scope, node.index)
        for node, element in zip(list(self.nodes), elements, strict=True):
            self.nodes[node.index] = replace(
                node,
                incoming=tuple(incoming[node.index]),
                outgoing=tuple(outgoing[node.index]),
                boundaries=tuple(boundaries[node.index]),
                default=self._default(element, outgoing[node.index]),
                start=starts.get(node.index),
            )

    def _default(self, element: etree._Element, outgoing: list[int]) -> int | None:
        name = element.get("default")
        found = next((index for index in outgoing if self.flows[index].id == name), None)
        if name and found is None:
            self._fault(element, "missing-reference", name)
        return found
