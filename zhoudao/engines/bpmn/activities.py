"""How activities begin, repeat and end."""

from collections.abc import Mapping

from zhoudao.engines.bpmn.effects import CallFlow, Decide, OpenTask, Remember, RunCommand, SendMessage
from zhoudao.engines.bpmn.graph import Kind, Node, On
from zhoudao.engines.bpmn.marking import Token
from zhoudao.engines.bpmn.run import INSTANCES, FlowFault, Run


def start(run: Run, token: Token) -> None:
    """A token reached an activity: its boundary events are armed and its work, or each instance's, begins."""
    node = run.node(token)
    total = _count(run, token, node)
    if total == 0:
        run.leave(token)
        return
    arm(run, token, node)
    if total is None:
        begin(run, token, node)
        return
    run.tokens[token.id] = token._replace(total=total)
    for index in range(1 if node.loop and node.loop.sequential else total):
        if token.id in run.tokens:
            _instance(run, token, node, index)


def arm(run: Run, host: Token, node: Node) -> None:
    """Sets the timers and message waits of the activity's boundary events."""
    for index in node.boundaries:
        if run.graph.nodes[index].event.on in (On.TIMER, On.MESSAGE):
            run.wait(run.place(index, host.id, enter=False))


def begin(run: Run, token: Token, node: Node) -> None:
    """Opens the work itself."""
    step = node.step
    if node.kind is Kind.SUBPROCESS:
        if node.start is None:
            raise FlowFault(node, "no-start", "The sub-process has no start event.")
        run.place(node.start, token.id)
    elif node.kind is Kind.RECEIVE:
        run.wait(token)
    elif node.kind is Kind.SERVICE or (node.kind is Kind.SEND and step.command):
        run.effects.append(RunCommand(token.id, node.id, step.command, arguments(run, token, node)))
    elif node.kind is Kind.SEND:
        run.effects.append(SendMessage(node.id, node.event.code, arguments(run, token, node)))
        finish(run, token)
    elif node.kind is Kind.RULE:
        run.effects.append(Decide(token.id, node.id, step.decision, arguments(run, token, node)))
    elif node.kind is Kind.CALL:
        run.effects.append(CallFlow(token.id, node.id, step.calls, arguments(run, token, node)))
    else:
        item, index = (run.item(token), token.nth) if run.is_instance(token) else (None, None)
        run.effects.append(OpenTask(token.id, node.id, _team(run, token, node), item, index))


def arguments(run: Run, token: Token, node: Node) -> Mapping[str, object]:
    """The values of the step's named arguments."""
    return {name: run.value(token, expression) for name, expression in node.step.args}


def finish(run: Run, token: Token) -> None:
    """The work of an activity, or of one instance, is done."""
    if run.is_instance(token):
        body = run.tokens[token.parent]
        run.remove(token)
        _instance_done(run, body)
    else:
        close(run, token)


def close(run: Run, token: Token) -> None:
    """The whole activity is done: whatever still waits within it goes, and the token moves on."""
    for child in run.children(token.id):
        run.cancel(child)
    run.leave(token)


def remember(run: Run, node: Node, token: Token, result: object) -> None:
    """Merges a result into the data; instances of a repeated step gather theirs in a list."""
    name = node.step.result
    values: dict[str, object] = {}
    if name and run.is_instance(token):
        before = run.data.get(name)
        values = {name: [*(before if isinstance(before, list) else []), result]}
    elif name and result is not None:
        values = {name: result}
    elif isinstance(result, Mapping):
        values = dict(result)
    if values:
        run.data |= values
        run.effects.append(Remember(values))


def _team(run: Run, token: Token, node: Node) -> str:
    team = node.step.team
    return str(run.value(token, team[1:].strip()) or "") if team.startswith("=") else team


def _count(run: Run, token: Token, node: Node) -> int | None:
    """How many instances; nothing for an activity that is done once."""
    loop = node.loop
    if loop is None:
        return None
    found = run.value(token, loop.collection or loop.cardinality)
    count = len(found) if loop.collection and isinstance(found, list | tuple) else found
    if isinstance(count, float) and count.is_integer():
        count = int(count)
    if not isinstance(count, int) or isinstance(count, bool) or not 0 <= count <= INSTANCES:
        raise FlowFault(node, "loop-unbounded", f"It cannot be repeated {str(count)[:40]} times (0 to {INSTANCES}).")
    return count


def _instance(run: Run, body: Token, node: Node, index: int) -> None:
    begin(run, run.place(node.index, body.id, nth=index, enter=False), node)


def _instance_done(run: Run, body: Token) -> None:
    body = body._replace(done=body.done + 1)
    run.tokens[body.id] = body
    node = run.node(body)
    if body.done >= body.total or _enough(run, body, node):
        close(run, body)
    elif node.loop and node.loop.sequential:
        _instance(run, body, node, body.done)


def _enough(run: Run, body: Token, node: Node) -> bool:
    """Whether the completion condition holds; it may ask for the numbers of instances BPMN names."""
    if node.loop is None or not node.loop.until:
        return False
    active = 0 if node.loop.sequential else body.total - body.done
    counts = {
        "numberOfInstances": body.total,
        "numberOfCompletedInstances": body.done,
        "numberOfActiveInstances": active,
        "numberOfTerminatedInstances": 0,
    }
    return run.holds(body, node.loop.until, counts)
