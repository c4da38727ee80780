"""The register of risks, as managers of the process keep it."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhoudao.conduct.flows.queries.versions import flow_names
from zhoudao.doors.desk.incidents.forms import offered
from zhoudao.doors.desk.settings.places import settings_page
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation import clock
from zhoudao.rooms.cases.models import Kind
from zhoudao.rooms.incidents.commands.risks import WRITE, NewRisk, may_write, retire_risk, review_risk, save_risk
from zhoudao.rooms.incidents.models import Risk
from zhoudao.rooms.incidents.queries import people
from zhoudao.rooms.incidents.refusals import IncidentRefusal, RiskNotFound
from zhoudao.rooms.incidents.watching import risks as register


class RiskForm(forms.Form):
    """A risk: signal, owner, plan."""

    title = forms.CharField(label=gettext_lazy("Risk"), max_length=120)
    flow = forms.ChoiceField(label=gettext_lazy("Flow"))
    owner = forms.ChoiceField(label=gettext_lazy("Owner"))
    signal = forms.CharField(
        label=gettext_lazy("How it shows"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    threshold = forms.IntegerField(
        label=gettext_lazy("New cases, from different customers"), min_value=2, max_value=1000, required=False
    )
    window_minutes = forms.IntegerField(label=gettext_lazy("within minutes"), min_value=5, max_value=1440, initial=60)
    kind = forms.ChoiceField(label=gettext_lazy("of the kind"), required=False)
    words = forms.CharField(label=gettext_lazy("with the words"), max_length=60, required=False)
    store = forms.ModelChoiceField(Store.objects.none(), label=gettext_lazy("in the store"), required=False)
    plan = forms.CharField(required=False, max_length=9000, widget=forms.Textarea(attrs={"rows": 6}))
    review_months = forms.IntegerField(
        label=gettext_lazy("Look at it again after months"), min_value=1, max_value=24, initial=6
    )

    def __init__(self, *args: Any, language: str, row: Risk | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        flows = flow_names(language)
        if row and row.flow not in flows:
            flows[row.flow] = row.flow
        self._choices("flow", list(flows.items()))
        self._choices("owner", [("", _("Choose …")), *((str(user.pk), user.name) for user in people())])
        self._choices("kind", [("", _("any")), *Kind.choices])
        store = self.fields["store"]
        assert isinstance(store, forms.ModelChoiceField)
        store.queryset, store.empty_label = Store.objects.filter(offered(row)).order_by("code"), _("any")
        if row is not None:
            names = ("title", "flow", "signal", "threshold", "window_minutes", "kind", "words", "review_months")
            self.initial.update({name: getattr(row, name) for name in names})
            self.initial.update(owner=str(row.owner_id), store=row.store_id, plan="\n".join(row.plan))

    def _choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def wanted(self) -> NewRisk:
        """What the command wants."""
        said_ = self.cleaned_data
        names = ("title", "flow", "signal", "threshold", "window_minutes", "kind", "words", "review_months")
        store = said_["store"]
        return NewRisk(
            **{name: said_[name] for name in names},
            owner_id=UUID(said_["owner"]),
            plan=str(said_["plan"]).splitlines(),
            store_id=store.pk if store else None,
        )


@require_GET
@permit("incidents:read")
def risks(request: HttpRequest) -> HttpResponse:
    """All of them by flow, those to be looked at again marked."""
    shows_retired = request.GET.get("show") == "retired"
    today = clock.now().astimezone(clock.zone()).date()
    rows = register(today, is_retired=shows_retired)
    names = flow_names(viewer_of(request).language)
    context = {
        "rows": [(row, names.get(row.risk.flow, row.risk.flow), _may(row.risk, viewer_of(request))) for row in rows],
        "shows_retired": shows_retired,
        "overdue": sum(row.is_overdue for row in rows),
        "writes": viewer_of(request).may(WRITE),
    }
    return settings_page(request, "desk/incidents/risks.html", context, here="risks")


@require_http_methods(["GET", "POST"])
@permit(WRITE)
def new(request: HttpRequest) -> HttpResponse:
    """One more."""
    return _edit(request, None)


@require_http_methods(["GET", "POST"])
@permit("incidents:read")
def risk(request: HttpRequest, risk_id: UUID) -> HttpResponse:
    """One of them, to be read or changed."""
    row = Risk.objects.select_related("owner").filter(id=risk_id).first()
    if row is None:
        raise Http404
    return _edit(request, row)


@require_POST
@permit("incidents:read")
def review(request: HttpRequest, risk_id: UUID) -> HttpResponse:
    """Looked at, still right."""
    return _did(request, risk_id, review_risk, _("Noted: looked at today."))


@require_POST
@permit(WRITE)
def retire(request: HttpRequest, risk_id: UUID) -> HttpResponse:
    """No longer watched for, or again."""
    is_retired = request.POST.get("back") is None

    def act(**named: Any) -> object:
        return retire_risk(is_retired=is_retired, **named)

    return _did(request, risk_id, act, _("Saved."))


def _did(request: HttpRequest, risk_id: UUID, act: Any, done: str) -> HttpResponse:
    try:
        act(risk_id=risk_id, viewer=viewer_of(request), at=clock.now())
    except RiskNotFound:
        raise Http404 from None
    except IncidentRefusal as refusal:
        messages.error(request, said(refusal))
    else:
        messages.success(request, done)
    return redirect("risks")


def _edit(request: HttpRequest, row: Risk | None) -> HttpResponse:
    viewer, refusal = viewer_of(request), ""
    form = RiskForm(request.POST or None, language=viewer.language, row=row)
    if request.method == "POST" and form.is_valid():
        try:
            save_risk(form.wanted(), viewer=viewer, at=clock.now(), risk_id=row.id if row else None)
        except IncidentRefusal as error:
            refusal = said(error)
        else:
            messages.success(request, _("Saved."))
            return redirect("risks")
    context = {
        "form": form,
        "row": row,
        "refusal": refusal,
        "writes": may_write(viewer, row.store_id) if row else viewer.may(WRITE),
    }
    status = 422 if refusal or form.errors else 200
    return settings_page(request, "desk/incidents/risk.html", context, here="risks", status=status)


def _may(row: Risk, viewer: Viewer) -> bool:
    return may_write(viewer, row.store_id) or row.owner_id == viewer.user_id
