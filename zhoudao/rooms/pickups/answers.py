"""What a courier service says of a pick-up, in our words; and why nobody comes, as codes with words for people."""

from django.utils.translation import pgettext_lazy

from zhoudao.ground.eventlog.facts import name_codes
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.pickups.sealed import Courier

BOOKED, ASSIGNED, COLLECTED, CANCELLED = "booked", "assigned", "collected", "cancelled"
FAILED, REFUSED, UNHEARD = "failed", "refused", "unheard"

# Nobody comes; another courier may be ordered.
FAILED_FOR = {
    "refused": pgettext_lazy("pick-up failed because", "the courier service refuses it"),
    "unsound": pgettext_lazy("pick-up failed because", "the courier service says that something in it is wrong"),
    "not_allowed": pgettext_lazy("pick-up failed because", "our account with the courier service may not order"),
    "not_taken": pgettext_lazy("pick-up failed because", "the carrier took nothing at the door"),
    "carrier_cancelled": pgettext_lazy("pick-up failed because", "the carrier called it off"),
    "by_hand": pgettext_lazy("pick-up failed because", "a colleague found that no courier is ordered"),
    "gone": pgettext_lazy("pick-up failed because", "its courier service is not set up any more"),
}
# Nobody knows whether a courier is ordered, and a person looks.
STUCK_FOR = {
    "no_answer": pgettext_lazy("pick-up stuck because", "the courier service does not say whether it has it"),
    "unsure": pgettext_lazy(
        "pick-up stuck because", "the courier service refuses it now, and an attempt before may have ordered a courier"
    ),
    "not_cancelled": pgettext_lazy("pick-up stuck because", "the courier service does not call it off"),
    "silent": pgettext_lazy("pick-up stuck because", "its time is over and nobody says that it was fetched"),
    "lost": pgettext_lazy("pick-up stuck because", "its courier service was taken away while it had it"),
}
# Why there was no answer, last time.
UNHEARD_FOR = {
    "not_trusted": pgettext_lazy("courier service", "It does not accept our key or signature."),
    "unreachable": pgettext_lazy("courier service", "It cannot be reached."),
    "too_slow": pgettext_lazy("courier service", "It takes too long to answer."),
    "long_answer": pgettext_lazy("courier service", "It answers more than we take."),
    "forbidden": pgettext_lazy("courier service", "This address may not be asked."),
    "busy": pgettext_lazy("courier service", "It has the same request under way."),
    "broken": pgettext_lazy("courier service", "It answers with errors."),
}
CALLED_OFF_FOR = {
    "customer": pgettext_lazy("pick-up called off because", "the customer wants it no more"),
    "colleague": pgettext_lazy("pick-up called off because", "a colleague called it off"),
    "moved": pgettext_lazy("pick-up called off because", "it is moved to another time"),
    "over": pgettext_lazy("pick-up called off because", "the return came otherwise or is over"),
}
TROUBLES = {**FAILED_FOR, **STUCK_FOR, **UNHEARD_FOR}
name_codes({f"pickup_{code}": words for code, words in {**FAILED_FOR, **STUCK_FOR}.items()})
name_codes({f"called_off_{code}": words for code, words in CALLED_OFF_FOR.items()})


@frozen
class Said:
    """What it says of one pick-up. `what`: booked, assigned (to a `courier`), collected, cancelled (as we or the
    carrier wanted), failed (later) or refused (at once) for `trouble`; unheard (no answer that counts) for `trouble`:
    the service may have taken it, unless not even `is_asked`.
    """

    what: str
    trouble: str = ""
    task: str = ""
    reference: str = ""
    tracking_number: str = ""
    courier: Courier = Courier()
    is_asked: bool = True
