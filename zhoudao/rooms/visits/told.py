"""What people say of themselves when they take a number: sealed under a key of the visit's own."""

import json
from dataclasses import asdict

from zhoudao.ground.vault import box
from zhoudao.kit.frozen import frozen
from zhoudao.kit.text import NotAPhone, clip, mask_name, mask_phone, normalise_phone
from zhoudao.rooms.customers.claims import index_of
from zhoudao.rooms.visits.models import Visit
from zhoudao.rooms.visits.refusals import NumberPhoneUnsound


@frozen
class Told:
    """Any of it may be empty."""

    name: str = ""
    phone: str = ""
    case_number: str = ""

    @property
    def masked(self) -> "Told":
        """As colleagues see it who may not see people in clear."""
        return Told(mask_name(self.name), mask_phone(self.phone.removeprefix("+86")), self.case_number)


def seal_told(visit: Visit, given: Told) -> None:
    """This will keep what was said with an unsaved visit.

    Raises: NumberPhoneUnsound
    """
    told = _sound(given)
    if told == Told():
        return
    key = box.new_key(visit.id)
    key.save(force_insert=True)
    words = json.dumps(asdict(told), ensure_ascii=False)
    visit.told_sealed = box.seal(key.id, words, place=_place(visit))
    visit.phone_index = index_of("phone", told.phone) if told.phone else None


def told_of(visit: Visit) -> Told:
    """What was said, in clear."""
    return Told(**json.loads(box.open_text(visit.told_sealed, place=_place(visit)))) if visit.told_sealed else Told()


def forget_told(visits: list[Visit]) -> None:
    """This will destroy what was said with these visits; times and numbers stay."""
    for visit in visits:
        box.destroy_keys(visit.id)
    Visit.objects.filter(id__in=[visit.id for visit in visits]).update(told_sealed=None, phone_index=None)


def _place(visit: Visit) -> str:
    return f"visit.told.{visit.id}"


def _sound(given: Told) -> Told:
    phone = given.phone.strip()
    if phone:
        try:
            phone = normalise_phone(phone)
        except NotAPhone as error:
            raise NumberPhoneUnsound(NumberPhoneUnsound.__doc__) from error
    name = clip(" ".join(given.name.replace("\0", "").split()), 80)
    return Told(name, phone, clip(given.case_number.replace("\0", "").strip().upper(), 20))
