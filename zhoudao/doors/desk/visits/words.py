"""What is missing when nobody can come."""

from django.utils.functional import Promise as LazyText

from zhoudao.doors.desk.visit_words import VISITS
from zhoudao.rooms.fieldwork.refusals import LACKING as REFUSALS

LACKING: dict[str, LazyText] = {code: VISITS[refusal.__name__] for code, refusal in REFUSALS.items()}
