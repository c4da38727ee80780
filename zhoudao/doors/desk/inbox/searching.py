"""The search box: a number, an exact phone, mail address or name, or words of a message."""

import re

from django.db.models import Q, QuerySet

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation.clock import now
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.queries.desk import ViewFilter, narrowed
from zhoudao.rooms.conversations.models import Conversation
from zhoudao.rooms.conversations.queries import search
from zhoudao.rooms.customers.queries import find_by_email, find_by_name, find_by_phone

_NUMBER = re.compile(r"C\d{4}-\d{1,9}", re.IGNORECASE)
_TAIL = re.compile(r"\d{1,6}")
FOUND = 200


def search_filter(words: str, viewer: Viewer) -> ViewFilter:
    """Which cases these words mean; rights are the list's own."""
    if _NUMBER.fullmatch(words):
        return ViewFilter(view="all", numbers=[_padded(words.upper())])
    customers = [*find_by_phone(words, proven=False), *find_by_email(words, proven=False), *find_by_name(words)]
    meant = Q(customer_id__in=customers) if customers else Q(pk=None)
    if _TAIL.fullmatch(words):
        meant |= Q(number__endswith=words.zfill(6))
    threads = {message.conversation_id for message in search(words, within=_seen_by(viewer), limit=FOUND)}
    meant |= Q(conversation_id__in=threads) | Q(absorbed__conversation_id__in=threads)
    found = Case.objects.filter(meant).order_by("-updated_at", "-id").values_list("id", flat=True).distinct()[:FOUND]
    return ViewFilter(view="all", case_ids=list(found))


def _seen_by(viewer: Viewer) -> QuerySet[Conversation] | None:
    """Which threads are worth looking through; the list checks the rights of what is found once more."""
    if viewer.stores is None and viewer.teams is None:
        return None
    return Conversation.objects.filter(case__in=narrowed(viewer, ViewFilter(view="all"), at=now()))


def _padded(number: str) -> str:
    year, _, count = number.partition("-")
    return f"{year}-{count.zfill(6)}"
