"""The form of somebody's access: one line a role, with where it holds, in words."""

from itertools import zip_longest

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhoudao.ground.accounts.grants import GIVE, Held, held_of, may_give
from zhoudao.ground.accounts.models import Store, Team
from zhoudao.ground.accounts.roles import permissions_of
from zhoudao.ground.accounts.viewer import Viewer

ROLE_WORDS = {
    "administrator": gettext_lazy("Administrator"),
    "process_manager": gettext_lazy("Process manager"),
    "team_lead": gettext_lazy("Team lead"),
    "agent": gettext_lazy("Agent"),
    "order_clerk": gettext_lazy("Order clerk"),
    "warehouse_worker": gettext_lazy("Warehouse worker"),
    "after_sales_clerk": gettext_lazy("After-sales clerk"),
    "engineer": gettext_lazy("Engineer"),
    "store_staff": gettext_lazy("Store staff"),
    "adviser": gettext_lazy("Adviser"),
    "analyst": gettext_lazy("Analyst"),
}


def where(store: Store | None, team: Team | None) -> str:
    """What somebody sees by a role that holds there."""
    if store and team:
        return _("sees cases of %(team)s in %(store)s") % {"team": team, "store": store}
    if team:
        return _("sees cases of %(team)s in every store") % {"team": team}
    return _("sees every team's cases in %(store)s") % {"store": store} if store else _("sees all cases")


class AccessForm(forms.Form):
    """Whether the person may sign in."""

    is_active = forms.BooleanField(required=False)


class InviteForm(AccessForm):
    """A new person."""

    is_active = None  # type: ignore[assignment]  # Django's way to leave a field out
    email = forms.EmailField(label=gettext_lazy("E-mail"))
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)


class Rows:
    """All of somebody's roles, a line each, with two empty lines for more: `role`, `store` and `team` come once
    a line. Only what the viewer holds is offered; the command checks it again.
    """

    def __init__(self, viewer: Viewer, told: QueryDict | None, held: list[Held]) -> None:
        self.error = ""
        self.roles = [("", "—"), *_given_by(viewer, held)]
        self._stores = {str(store.id): store for store in Store.objects.filter(_own(viewer)).order_by("code")}
        self._teams = {str(team.id): team for team in Team.objects.order_by("code")}
        self._lines = _told(told) if told is not None else [_text(one) for one in held]

    @property
    def stores(self) -> list[tuple[str, str]]:
        """What a line may be narrowed to."""
        return [("", _("Every store")), *((key, str(store)) for key, store in self._stores.items())]

    @property
    def teams(self) -> list[tuple[str, str]]:
        """What a line may be narrowed to."""
        return [("", _("Every team")), *((key, str(team)) for key, team in self._teams.items())]

    def lines(self) -> list[dict[str, str]]:
        """As they stand, each saying what it lets see, and two empty ones."""
        shown = [
            {"role": role, "store": store, "team": team, "words": where(self._stores.get(store), self._teams.get(team))}
            for role, store, team in self._lines
        ]
        return [*shown, *({"role": "", "store": "", "team": "", "words": ""} for _more in range(2))]

    def is_valid(self) -> bool:
        """Whether every line names what there is."""
        known = ({key for key, _words in self.roles}, {"", *self._stores}, {"", *self._teams})
        sound = all(each in there for line in self._lines for each, there in zip(line, known, strict=True))
        self.error = "" if sound else _("Choose from what is offered.")
        return sound

    def grants(self) -> list[Held]:
        """What is asked for."""
        return list(held_of({"role": r, "store_id": s or None, "team_id": t or None} for r, s, t in self._lines))


def _told(told: QueryDict) -> list[tuple[str, str, str]]:
    columns = [told.getlist(name) for name in ("role", "store", "team")]
    return [(line[0], line[1], line[2]) for line in zip_longest(*columns, fillvalue="") if line[0]]


def _text(one: Held) -> tuple[str, str, str]:
    return one.role, str(one.store_id or ""), str(one.team_id or "")


def _own(viewer: Viewer) -> Q:
    stores = {one.store_id for one in viewer.held if GIVE in permissions_of([one.role])}
    return Q() if None in stores else Q(id__in=stores)


def _given_by(viewer: Viewer, held: list[Held]) -> list[tuple[str, LazyText]]:
    own = [Held(role, one.store_id, one.team_id) for one in viewer.held for role in ROLE_WORDS]
    offered = {one.role for one in own if may_give(viewer.held, one)} | {one.role for one in held}
    return [(role, words) for role, words in ROLE_WORDS.items() if role in offered]
