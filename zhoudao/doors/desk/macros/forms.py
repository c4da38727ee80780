"""Steps as a form, and in words."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhoudao.ground.accounts.models import Team
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.rooms.cases.models import Kind, Tier
from zhoudao.rooms.cases.outcomes import OUTCOMES
from zhoudao.rooms.cases.transfers import OTHER, REASONS
from zhoudao.rooms.complaints.causes import causes
from zhoudao.rooms.staff.queries import members_for, teams
from zhoudao.rooms.teamwork.commands import SHARE
from zhoudao.rooms.teamwork.models import Scope
from zhoudao.rooms.teamwork.queries import canned_replies, is_everywhere
from zhoudao.rooms.teamwork.refusals import MacroBroken
from zhoudao.rooms.teamwork.steps import Steps, named

_SNOOZES = [
    (0, gettext_lazy("no")),
    (1, gettext_lazy("1 hour")),
    (3, gettext_lazy("3 hours")),
    (24, gettext_lazy("1 day")),
    (72, gettext_lazy("3 days")),
    (168, gettext_lazy("a week")),
]
_AS_IS = ("", gettext_lazy("as it is"))
_NONE = ("", gettext_lazy("none"))
_REASONS = [_NONE, *((code, words) for code, words in REASONS.items() if code != OTHER)]  # words go into the note
_PARTS = {
    "team": gettext_lazy("the team it gives cases to is gone"),
    "member": gettext_lazy("the colleague it gives cases to takes none any more"),
    "canned": gettext_lazy("its canned reply was retired or is not yours to use"),
    "kind": gettext_lazy("its kind does not exist"),
    "tier": gettext_lazy("its tier does not exist"),
    "snooze_hours": gettext_lazy("it puts cases aside for too long"),
    "outcome": gettext_lazy("it resolves without a cause"),
    "cause": gettext_lazy("it resolves without an outcome"),
}


def _causes() -> list[tuple[str, str]]:
    return [(_NONE[0], str(_NONE[1])), *causes().items()]


class StepsForm(forms.Form):
    """What shall be done. What is chosen comes from what this colleague may use."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=[_AS_IS, *Kind.choices], required=False)
    tier = forms.ChoiceField(label=gettext_lazy("Tier"), choices=[_AS_IS, *Tier.choices], required=False)
    note = forms.CharField(label=gettext_lazy("Private note"), widget=forms.Textarea(attrs={"rows": 2}), required=False)
    canned = forms.ChoiceField(label=gettext_lazy("Answer with"), required=False)
    snooze_hours = forms.TypedChoiceField(
        label=gettext_lazy("Put aside"), choices=_SNOOZES, coerce=int, empty_value="0", required=False
    )
    outcome = forms.ChoiceField(
        label=gettext_lazy("Resolve with outcome"), choices=[_NONE, *OUTCOMES.items()], required=False
    )
    cause = forms.ChoiceField(label=gettext_lazy("and cause"), choices=_causes, required=False)
    to = forms.ChoiceField(label=gettext_lazy("Give to"), required=False)
    reason = forms.ChoiceField(label=gettext_lazy("Reason of the transfer"), choices=_REASONS, required=False)

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(f"member:{one.user_id}", one.user.name) for one in members_for(None)]
        groups = [(f"team:{team.id}", str(team)) for team in teams()]
        texts = [(str(row.id), row.title) for row in canned_replies(viewer).filter(retired_at=None)[:200]]
        _choices(self, "to", [_AS_IS, (_("Teams"), groups), (_("Colleagues"), people)])
        _choices(self, "canned", [_NONE, *texts])

    def clean(self) -> dict[str, Any]:
        """Whoever gives cases to somebody says why."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("to") and not said.get("reason") and "reason" not in self.errors:
            self.add_error("reason", gettext_lazy("Say why the cases are handed over."))
        return said

    def steps(self) -> Steps:
        """As they are done."""
        said = dict(self.cleaned_data)
        kind, _colon, key = said.pop("to").partition(":")
        known = {name: said[name] for name in Steps.__dataclass_fields__ if name in said}
        known["snooze_hours"] = int(known["snooze_hours"] or 0)
        return Steps.of(known | ({kind: key} if kind in ("team", "member") else {}))


class MacroForm(StepsForm):
    """Steps with a name and readers."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=80)
    scope = forms.ChoiceField(choices=Scope.choices)
    team = forms.ModelChoiceField(Team.objects.none(), required=False, empty_label=gettext_lazy("Choose …"))

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, viewer=viewer, **kwargs)
        allowed = [Scope.OWN, *([Scope.TEAM] if viewer.may(SHARE) else [])]
        allowed += [Scope.EVERYBODY] if is_everywhere(viewer.within(SHARE)) else []
        _choices(self, "scope", [choice for choice in Scope.choices if choice[0] in allowed])
        team, rows = self.fields["team"], Team.objects.filter(closed_at=None).order_by("code")
        assert isinstance(team, forms.ModelChoiceField)
        team.queryset = rows if is_everywhere(viewer) else rows.filter(id__in=viewer.teams or ())

    def steps(self) -> Steps:
        """As they are done: the team of readers is not the team that gets the case."""
        self.cleaned_data = {name: value for name, value in self.cleaned_data.items() if name != "team"}
        return super().steps()


def initial_of(steps: Steps) -> dict[str, Any]:
    """Steps as the form shows them."""
    to = f"member:{steps.member}" if steps.member else f"team:{steps.team}" if steps.team else ""
    return {**steps.stored(), "to": to}


def words_of(steps: Steps) -> list[str]:
    """Steps in words, in the order they are done."""
    names = named(steps)
    lines = [
        (steps.kind, _("Kind: {what}").format(what=dict(Kind.choices).get(steps.kind, steps.kind))),
        (steps.tier, _("Tier: {what}").format(what=dict(Tier.choices).get(steps.tier, steps.tier))),
        (steps.note, _("Note: {what}").format(what=steps.note)),
        (steps.canned, _("Answer with “{what}”").format(what=names["canned"] or "—")),
        (steps.snooze_hours, _("Put aside: {what}").format(what=dict(_SNOOZES).get(steps.snooze_hours, "—"))),
        (steps.outcome, _("Resolve: {what}").format(what=OUTCOMES.get(steps.outcome, steps.outcome))),
        (steps.team, _("Give to team {what}").format(what=names["team"] or "—")),
        (steps.member, _("Give to {what}").format(what=names["member"] or "—")),
        (steps.reason, _("Reason: {what}").format(what=REASONS.get(steps.reason, steps.reason))),
    ]
    return [words for is_there, words in lines if is_there]


def mended(refusal: MacroBroken) -> str:
    """What to mend, in words."""
    parts = "；".join(str(_PARTS.get(name, name)) for name in refusal.detail.split(","))
    return _("This macro cannot run: {parts}. Edit it first.").format(parts=parts)


def _choices(form: forms.Form, name: str, choices: list[Any]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices
