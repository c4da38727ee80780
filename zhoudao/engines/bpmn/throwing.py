"""How errors and escalations climb to what catches them, how boundary events fire, and how scopes end."""

from zhoudao.engines.bpmn import activities
from zhoudao.engines.bpmn.effects import RaisedError, RaisedEscalation, SendMessage, Terminated
from zhoudao.engines.bpmn.graph import Kind, Node, On
from zhoudao.engines.bpmn.marking import Token
from zhoudao.engines.bpmn.run import Run


def end(run: Run, token: Token) -> None:
    """A token reached an end event."""
    node = run.node(token)
    if node.event.on is On.TERMINATE:
        _end_scope(run, token, node)
    elif node.event.on is On.ERROR:
        _end_in_error(run, token, node)
    else:
        throw(run, token)


def throw(run: Run, token: Token) -> None:
    """Sends the message or raises the escalation of a throw or end event, then goes on."""
    node = run.node(token)
    if node.event.on is On.MESSAGE:
        run.effects.append(SendMessage(node.id, node.event.code, activities.arguments(run, token, node)))
    elif node.event.on is On.ESCALATION:
        escalate(run, token, node.event.code)
    if token.id in run.tokens:
        run.leave(token)


def error(run: Run, token: Token, code: str) -> bool:
    """Gives an error to the nearest boundary event that catches it; false when there is none."""
    return _catch(run, token, On.ERROR, code)


def escalate(run: Run, token: Token, code: str) -> None:
    """Gives an escalation to the nearest boundary event, or to the conductor."""
    if not _catch(run, token, On.ESCALATION, code):
        run.effects.append(RaisedEscalation(run.node(token).id, code))


def fire(run: Run, host: Token, node: Node) -> None:
    """A boundary event happens: its path begins, and an interrupting one takes its activity away."""
    began = run.place(node.index, host.parent, enter=False)
    if node.interrupting:
        run.cancel(host)
    run.leave(began)


def settle_scopes(run: Run) -> bool:
    """Ends one sub-process in which nothing moves or waits any more, if there is one."""
    for token in run.tokens.values():
        if run.node(token).kind is not Kind.SUBPROCESS or token.total:
            continue
        if all(run.node(child).kind is Kind.BOUNDARY for child in run.children(token.id)):
            activities.finish(run, token)
            return True
    return False


def _catch(run: Run, token: Token, on: On, code: str) -> bool:
    found: Token | None = token
    while found is not None:
        body = run.parent(found) if run.is_instance(found) else found
        if body is None:
            return False
        event = _matching(run, body, on, code)
        if event is not None:
            fire(run, body, event)
            return True
        found = run.parent(body)
    return False


def _matching(run: Run, host: Token, on: On, code: str) -> Node | None:
    """The boundary event for this very code, else the one that catches any."""
    events = [run.graph.nodes[index] for index in run.node(host).boundaries]
    fitting = [event for event in events if event.event.on is on and event.event.code in (code, "")]
    return max(fitting, key=lambda event: event.event.code == code, default=None)


def _end_scope(run: Run, token: Token, node: Node) -> None:
    """A terminate end takes away all else in its own scope; the process goes on outside it."""
    run.leave(token, ())
    _clear(run, token.parent)
    if token.parent == 0:
        run.effects.append(Terminated(node.id))


def _end_in_error(run: Run, token: Token, node: Node) -> None:
    if error(run, token, node.event.code):
        return
    for other in run.children(0):
        run.cancel(other)
    run.effects += [RaisedError(node.id, node.event.code), Terminated(node.id)]


def _clear(run: Run, scope: int) -> None:
    for child in run.children(scope):
        if run.node(child).kind is not Kind.BOUNDARY:
            run.cancel(child)
