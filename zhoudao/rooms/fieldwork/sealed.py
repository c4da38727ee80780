"""Where exactly a visit is and whom to ask for: sealed under a key of the visit's own."""

import json
from collections.abc import Sequence
from dataclasses import asdict

from zhoudao.ground.vault import box
from zhoudao.kit.frozen import frozen
from zhoudao.kit.text import clip, mask_name, mask_phone
from zhoudao.rooms.fieldwork.models import Visit


@frozen
class Told:
    """Street and house, whom to ask for, and their telephone."""

    street: str = ""
    name: str = ""
    phone: str = ""

    @property
    def masked(self) -> "Told":
        """As colleagues see it who may not see people in clear."""
        return Told("", mask_name(self.name), mask_phone(self.phone.removeprefix("+86")))


def seal_told(visit: Visit, told: Told) -> None:
    """This will write it on the visit in hand; the caller saves it."""
    sound = Told(*(clip(" ".join(one.replace("\0", "").split()), 200) for one in (told.street, told.name, told.phone)))
    visit.told_sealed = box.seal(
        box.key_of(visit.id), json.dumps(asdict(sound), ensure_ascii=False), place=_place(visit)
    )


def told_of(visit: Visit) -> Told:
    """What was told, in clear; empty once it was erased."""
    return Told(**json.loads(box.open_text(visit.told_sealed, place=_place(visit)))) if visit.told_sealed else Told()


def forget_told(visits: Sequence[Visit]) -> None:
    """This will destroy what was told; times, numbers and figures stay."""
    for visit in visits:
        box.destroy_keys(visit.id)
    Visit.objects.filter(id__in=[visit.id for visit in visits]).update(told_sealed=None)


def _place(visit: Visit) -> str:
    return f"field_visit.told.{visit.id}"
