"""How tokens split and join."""

from zhoudao.engines.bpmn.effects import Passed
from zhoudao.engines.bpmn.graph import Kind, Node
from zhoudao.engines.bpmn.marking import Token
from zhoudao.engines.bpmn.run import Run


def exclusive(run: Run, token: Token) -> None:
    """Takes the first flow whose condition holds, in file order, else the default."""
    node = run.node(token)
    if len(node.outgoing) < 2:
        run.leave(token)
        return
    flows = (run.graph.flows[index] for index in node.outgoing if index != node.default)
    chosen = next((flow.index for flow in flows if not flow.condition or run.holds(token, flow.condition)), None)
    run.leave(token, run.default(node) if chosen is None else (chosen,))


def parallel(run: Run, token: Token) -> None:
    """Waits for one token from every incoming flow."""
    node = run.node(token)
    waiting = _arrived(run, token, node)
    if len(waiting) >= len(node.incoming):
        _join(run, waiting)


def inclusive(run: Run, token: Token) -> None:
    """A join rests until everything else has settled; a split goes on at once."""
    if len(run.node(token).incoming) < 2:
        run.leave(token)


def fire_inclusive(run: Run) -> bool:
    """Lets one waiting inclusive join go on, if one may: no token can still reach a flow that has none.

    Source: BPMN 2.0.2 §13.4.3; a token that can as well reach a flow which already has one is not waited for.
    """
    for token in run.tokens.values():
        node = run.node(token)
        if node.index not in run.graph.upstream:
            continue
        waiting = _arrived(run, token, node)
        if not _awaited(run, token, node, waiting):
            _join(run, waiting)
            return True
    return False


def event_based(run: Run, token: Token) -> None:
    """Waits for the first of the events behind it; they wait as its children."""
    for flow in run.node(token).outgoing:
        run.wait(run.place(run.graph.flows[flow].target, token.id, flow=flow, enter=False))


def won(run: Run, token: Token) -> Token:
    """An event happened: behind an event gateway the others are withdrawn and it takes the gateway's place."""
    gateway = run.parent(token)
    if gateway is None or run.node(gateway).kind is not Kind.EVENT_BASED:
        return token
    token = token._replace(parent=gateway.parent)
    run.tokens[token.id] = token
    run.cancel(gateway)
    run.effects.append(Passed(run.node(gateway).id))
    return token


def _arrived(run: Run, token: Token, node: Node) -> dict[int, Token]:
    """The oldest token of every flow into this join, in the token's own scope."""
    found: dict[int, Token] = {}
    for other in sorted(run.tokens.values()):
        if other.node == node.index and other.parent == token.parent:
            found.setdefault(other.flow, other)
    return found


def _awaited(run: Run, token: Token, node: Node, waiting: dict[int, Token]) -> bool:
    behind = run.graph.upstream[node.index]
    empty = [behind[flow] for flow in node.incoming if flow not in waiting]
    filled = [behind[flow] for flow in node.incoming if flow in waiting]
    return any(
        any(other.node in nodes for nodes in empty) and not any(other.node in nodes for nodes in filled)
        for other in run.tokens.values()
        if other.parent == token.parent and other.node != node.index
    )


def _join(run: Run, waiting: dict[int, Token]) -> None:
    survivor, *others = sorted(waiting.values())
    for other in others:
        run.remove(other)
    run.leave(survivor)
