"""What the studio says: refusals, who did it, what was deployed."""

from collections.abc import Iterable
from uuid import UUID

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhoudao.conduct.flows.models import FlowVersion
from zhoudao.conduct.flows.refusals import FlowChangedMeanwhile, FlowNotSound, NotReady
from zhoudao.doors.desk.flows import words
from zhoudao.ground.accounts.models import ApiToken, User

_REFUSALS: dict[str, LazyText] = {
    "AlreadyLive": gettext_lazy("This version is live for all stores already."),
    "StoreNotFound": gettext_lazy("Choose at least one store."),
    "BeyondYourStores": gettext_lazy("You may only decide for your own stores. Choose among them."),
    "DraftNotFound": gettext_lazy("This drawing was deployed or thrown away meanwhile."),
    "DraftChangedMeanwhile": gettext_lazy("Somebody else saved this drawing meanwhile. Yours is kept beside it."),
    "DraftUnreadable": gettext_lazy("This drawing cannot be kept: it is no longer a readable flow of this key."),
    "FlowExists": gettext_lazy("There is a flow with this key already."),
}


def said(refusal: Exception) -> str:
    """A refusal in words."""
    if isinstance(refusal, FlowChangedMeanwhile):
        return _("Version %(version)s was deployed since this drawing was begun.") % {"version": refusal.newest.version}
    if isinstance(refusal, FlowNotSound):
        lines = [f"{line.name or line.element}: {line.what}" for line in words.problem_lines(refusal.problems[:3])]
        return _("This flow cannot be deployed. %(problems)s") % {"problems": " ".join(lines)}
    if isinstance(refusal, NotReady):
        places = "; ".join(refusal.lacking)
        return _("Too few people are trained for it: %(places)s. Train them, or say why it goes live all the same.") % {
            "places": places
        }
    found = _REFUSALS.get(type(refusal).__name__)
    return str(found) if found else words.said(refusal)


def deployed_words(version: FlowVersion) -> str:
    """What a new version now is."""
    text = _("Version %(version)s is live.") if version.is_live else _("Version %(version)s is on trial.")
    return text % {"version": version.version}


def names_of(actors: Iterable[str]) -> dict[str, str]:
    """Who did it, as people say it (at most two statements)."""
    asked = {actor: _uuid(actor) for actor in actors}
    found = {actor: _("Zhoudao") if actor.startswith("system:") else actor for actor in asked}
    people = [each for actor, each in asked.items() if each and actor.startswith("user:")]
    programs = [each for actor, each in asked.items() if each and actor.startswith("token:")]
    names = dict(User.objects.filter(id__in=people).values_list("id", "name")) if people else {}
    names |= dict(ApiToken.objects.filter(id__in=programs).values_list("id", "name")) if programs else {}
    return found | {actor: names[each] for actor, each in asked.items() if each in names}


def _uuid(actor: str) -> UUID | None:
    try:
        return UUID(actor.partition(":")[2])
    except ValueError:
        return None
