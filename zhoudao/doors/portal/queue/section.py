"""A customer's numbers of today, on the front door."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhoudao.doors.portal.home.sections import MOST_ROWS, Mine, Row, Section
from zhoudao.kit.languages import pick
from zhoudao.rooms.visits.models import OPEN, State, Visit


def _rows(mine: Mine) -> Sequence[Row]:
    visits = Visit.objects.filter(customer_id__in=mine.records, state__in=OPEN).select_related("store", "need")
    return [
        Row(
            title=f"{visit.number} · {pick(visit.need.names, mine.language)}",
            note=str(visit.store),
            state_words=str(visit.get_state_display()),
            state="yours" if visit.state == State.CALLED else "ours",
            address=reverse("portal:number", args=[visit.token]),
        )
        for visit in visits.order_by("-taken_at", "-id")[:MOST_ROWS]
    ]


SECTION = Section("numbers", _("My numbers in the store"), _rows, icon="ticket")
