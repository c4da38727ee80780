"""Who gets a case and in which order a queue is served: the same answer for the same state, with reasons."""

from zhoudao.engines.routing.choosing import ABLE, Choice, Person, Wish, able, choose
from zhoudao.engines.routing.planning import Given, Waiting, following, plan
from zhoudao.engines.routing.record import is_same, people_in, written

__all__ = [
    "ABLE",
    "Choice",
    "Given",
    "Person",
    "Waiting",
    "Wish",
    "able",
    "choose",
    "following",
    "is_same",
    "people_in",
    "plan",
    "written",
]
