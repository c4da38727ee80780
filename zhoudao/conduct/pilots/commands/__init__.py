"""What can be done with pilots."""

from zhoudao.conduct.pilots.commands.checking import add_item, tick_item
from zhoudao.conduct.pilots.commands.deciding import decide_pilot, note_harm
from zhoudao.conduct.pilots.commands.planning import Plan, choose_stores, give_up_pilot, plan_pilot
from zhoudao.conduct.pilots.commands.stages import begin_phase, optimise_pilot, start_pilot

__all__ = [
    "Plan",
    "add_item",
    "begin_phase",
    "choose_stores",
    "decide_pilot",
    "give_up_pilot",
    "note_harm",
    "optimise_pilot",
    "plan_pilot",
    "start_pilot",
    "tick_item",
]
