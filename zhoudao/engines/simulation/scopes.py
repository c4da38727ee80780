"""What lies inside what: a flow's parts, and the parts of those."""

from zhoudao.engines.simulation.bare import bare
from zhoudao.engines.simulation.layout import World


@bare
def is_inside(w: World, at: int, scope: int) -> bool:
    """Whether a node is in a scope, however deep."""
    around = w.nodes[at].scope
    while around >= 0 and around != scope:
        around = w.nodes[around].scope
    return bool(around == scope)
