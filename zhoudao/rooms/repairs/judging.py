"""What a symptom likely means, and how sure that is: the table's word, weighed with what people made of it before."""

from dataclasses import replace

from django.db.models import Count, F, Q

from zhoudao.ground.decisions.queries import DecisionNotFound, live_tables, whole
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.repairs.kinds import Fault, Place
from zhoudao.rooms.repairs.models import Device, ErrorCode, Repair
from zhoudao.rooms.repairs.tables import TRIAGE

_CODE_SURE = 90  # of what a product's maker says its code means
_TABLE_WEIGHS = 10  # as many cases as the table's own word counts for
LEAST_MINUTES, MOST_MINUTES = 5, 600


@frozen
class Proposal:
    """The likely fault, `confidence` from 0 to 100, where and in how long it is repaired, by whom (their skill, and the
    certification the work asks for), and with which part. `version` is None where there is no table.
    """

    fault: Fault = Fault.UNKNOWN
    confidence: int = 0
    place: Place = Place.BENCH
    minutes: int = 60
    skill: str = ""
    certification: str = ""
    part: str = ""
    version: int | None = None


def propose(device: Device, *, symptom: str, error_code: str) -> Proposal:
    """What the table says of it, and before it what the product's own error codes do (three statements at most). One
    that says nothing gives it to a person.
    """
    said = _by_table(device, symptom=symptom, error_code=error_code)
    code = ErrorCode.objects.filter(make_id=device.sku, code=error_code).first() if error_code else None
    if code is None or code.fault == Fault.UNKNOWN:
        return said
    like = {"symptom": symptom, "error_code": error_code, "category": device.category}
    confidence = max(said.confidence, _weighed(_CODE_SURE, code.fault, **like))
    if said.fault == code.fault:
        return replace(said, confidence=confidence)
    return replace(said, fault=Fault(code.fault), confidence=confidence, part="")  # its part is another fault's


def _by_table(device: Device, *, symptom: str, error_code: str) -> Proposal:
    try:
        table = live_tables(TRIAGE)[TRIAGE]
    except DecisionNotFound:
        return Proposal()
    asked = {"sku": device.sku, "brand": device.brand, "category": device.category}
    said, _row = table.ask({**asked, "error_code": error_code, "symptom": symptom})
    fault = str((said or {}).get("fault") or "")
    if said is None or fault not in Fault.values:
        return Proposal(version=table.version)
    confidence = whole(said, "confidence", most=100)
    return Proposal(
        Fault(fault),
        _weighed(confidence, fault, symptom=symptom, error_code=error_code, category=device.category),
        Place.FIELD if said.get("place") == Place.FIELD else Place.BENCH,
        whole(said, "minutes", usual=60, least=LEAST_MINUTES, most=MOST_MINUTES),
        str(said.get("skill") or "")[:40],
        str(said.get("certification") or "")[:40],
        str(said.get("part") or "")[:80],
        table.version,
    )


def _weighed(confidence: int, fault: str, *, symptom: str, error_code: str, category: str) -> int:
    """The table's word counts as ten cases; each like one that a person judged counts as one."""
    like = Repair.objects.filter(proposed=fault, symptom=symptom, error_code=error_code, device__category=category)
    judged = like.exclude(fault="").aggregate(n=Count("pk"), agreed=Count("pk", filter=Q(fault=F("proposed"))))
    cases = _TABLE_WEIGHS + judged["n"]
    weighed: int = round((confidence * _TABLE_WEIGHS + 100 * judged["agreed"]) / cases)
    return weighed
