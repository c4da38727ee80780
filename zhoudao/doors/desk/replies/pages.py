"""Writing, editing, sharing and retiring canned replies."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhoudao.doors.desk.settings.places import settings_page
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.models import Team
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation.clock import now
from zhoudao.kit.text import fold
from zhoudao.rooms.teamwork.commands import LANGUAGES, LONGEST_BODY, SHARE, Wording, retire_reply, save_reply
from zhoudao.rooms.teamwork.models import CannedReply, Scope
from zhoudao.rooms.teamwork.queries import canned_replies, is_everywhere, may_change
from zhoudao.rooms.teamwork.refusals import ReplyNotFound, TeamworkRefusal
from zhoudao.rooms.teamwork.variables import VARIABLES, fill

_EXAMPLES = {
    "customer.name": gettext_lazy("Ms Wang"),
    "case.number": "C2026-000123",
    "case.subject": gettext_lazy("Washing machine leaks"),
    "case.kind": gettext_lazy("After-sales"),
    "case.due": "2026-03-10 14:30",
    "team.name": gettext_lazy("After-sales"),
    "store.name": gettext_lazy("Nanjing store"),
    "progress_url": "https://…/p/abc/",
    "today": "2026-03-10",
}
_NAMES = {"zh-Hans": "简体中文", "zh-Hant": "繁體中文", "en": "English"}
_SHOWN = 200


class ReplyForm(forms.Form):
    """A canned reply. Which teams may be chosen depends on who asks."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=80)
    shortcut = forms.CharField(max_length=30, required=False)
    scope = forms.ChoiceField(choices=Scope.choices)
    team = forms.ModelChoiceField(Team.objects.none(), required=False, empty_label=gettext_lazy("Choose …"))

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for language in LANGUAGES:
            self.fields[f"body_{language}"] = forms.CharField(
                required=False, max_length=LONGEST_BODY, widget=forms.Textarea(attrs={"rows": 4})
            )
        team, scope = self.fields["team"], self.fields["scope"]
        assert isinstance(team, forms.ModelChoiceField)
        assert isinstance(scope, forms.ChoiceField)
        team.queryset = _teams(viewer)
        allowed = [Scope.OWN, *([Scope.TEAM] if viewer.may(SHARE) else [])]
        allowed += [Scope.EVERYBODY] if is_everywhere(viewer.within(SHARE)) else []
        scope.choices = [choice for choice in Scope.choices if choice[0] in allowed]

    def wording(self) -> Wording:
        """What was asked for."""
        said, team = self.cleaned_data, self.cleaned_data["team"]
        return Wording(
            title=said["title"],
            shortcut=said["shortcut"],
            bodies={language: said[f"body_{language}"] for language in LANGUAGES},
            scope=said["scope"],
            team_id=team.id if team else None,
        )


@require_GET
@permit("messages:write")
def replies(request: HttpRequest) -> HttpResponse:
    """All one may use, found by words."""
    viewer, words = viewer_of(request), request.GET.get("q", "").strip()
    rows = canned_replies(viewer)
    for word in fold(words).split():
        rows = rows.filter(search__contains=word)
    shown = [(row, _may(viewer, row)) for row in rows[:_SHOWN]]
    return settings_page(request, "desk/replies/replies.html", {"rows": shown, "words": words}, here="replies")


@require_http_methods(["GET", "POST"])
@permit("messages:write")
def new(request: HttpRequest) -> HttpResponse:
    """A new one, one's own until shared."""
    return _edit(request, None)


@require_http_methods(["GET", "POST"])
@permit("messages:write")
def reply(request: HttpRequest, reply_id: UUID) -> HttpResponse:
    """One to be changed; one that is not yours to change is shown to be copied."""
    row = canned_replies(viewer_of(request)).filter(id=reply_id).first()
    if row is None:
        raise Http404
    return _edit(request, row)


@require_POST
@permit("messages:write")
def preview(request: HttpRequest) -> HttpResponse:
    """What customers would read, with example values; variables nobody knows stand out."""
    values = {name: str(value) for name, value in _EXAMPLES.items()} | {"agent.name": viewer_of(request).name}
    texts = [(_NAMES[one], fill(request.POST.get(f"body_{one}", "")[:LONGEST_BODY], values)) for one in LANGUAGES]
    return render(request, "desk/replies/_preview.html", {"texts": [one for one in texts if one[1].text.strip()]})


@require_POST
@permit("messages:write")
def retire(request: HttpRequest, reply_id: UUID) -> HttpResponse:
    """No longer offered; or offered again."""
    is_retired = request.POST.get("back") is None
    try:
        retire_reply(reply_id=reply_id, viewer=viewer_of(request), at=now(), is_retired=is_retired)
    except ReplyNotFound:
        raise Http404 from None
    except TeamworkRefusal as refusal:
        messages.error(request, said(refusal))
    else:
        messages.success(request, _("Retired. It is no longer offered.") if is_retired else _("Offered again."))
    return redirect("replies")


def _edit(request: HttpRequest, row: CannedReply | None) -> HttpResponse:
    viewer = viewer_of(request)
    form = ReplyForm(request.POST or None, initial=_initial(row), viewer=viewer)
    may = row is None or _may(viewer, row)
    if request.method == "POST" and form.is_valid():
        try:
            save_reply(form.wording(), viewer=viewer, at=now(), reply_id=row.id if row else None)
        except TeamworkRefusal as refusal:
            form.add_error(None, said(refusal))
        else:
            messages.success(request, _("Saved. It is offered from now on."))
            return redirect("replies")
    bodies = [(one, _NAMES[one], form[f"body_{one}"]) for one in LANGUAGES]
    context = {"form": form, "row": row, "bodies": bodies, "variables": VARIABLES.items(), "may": may}
    return settings_page(
        request, "desk/replies/reply.html", context, here="replies", status=422 if form.errors else 200
    )


def _initial(row: CannedReply | None) -> dict[str, Any]:
    if row is None:
        return {"scope": Scope.OWN}
    bodies = {f"body_{language}": row.bodies.get(language, "") for language in LANGUAGES}
    return {"title": row.title, "shortcut": row.shortcut, "scope": row.scope, "team": row.team_id} | bodies


def _may(viewer: Viewer, row: CannedReply) -> bool:
    return may_change(viewer, owner_id=row.owner_id, team_id=row.team_id, share=SHARE)


def _teams(viewer: Viewer) -> Any:
    rows = Team.objects.filter(closed_at=None).order_by("code")
    return rows if is_everywhere(viewer) else rows.filter(id__in=viewer.teams or ())
