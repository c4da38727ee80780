"""What each tier promises: a table people edit; clocks that run keep what they were made with."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zhoudao.doors.desk.settings.places import settings_page
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.rooms.cases.commands.ruling import NewRule, RuleUnsound, set_rule
from zhoudao.rooms.cases.models import Tier
from zhoudao.rooms.cases.promise_rules import KIND_LABELS, Rule, rules_of


@require_http_methods(["GET", "POST"])
@permit("settings:read")
def promises(request: HttpRequest) -> HttpResponse:
    """Every tier with its clocks."""
    refusal = ""
    if request.method == "POST":
        if not viewer_of(request).may("settings:write"):
            return redirect("settings_promises")
        try:
            set_rule(_read(request.POST))
        except (RuleUnsound, ValueError) as error:
            refusal = said(error) if isinstance(error, RuleUnsound) else said(RuleUnsound(RuleUnsound.__doc__))
        else:
            messages.success(request, _("Saved. Promises made from now on follow it."))
            return redirect("settings_promises")
    typed = request.POST if refusal else QueryDict()
    tiers = [
        (
            value,
            words,
            [(rule, KIND_LABELS[rule.kind], _shown(value, rule, typed)) for rule in rules_of(value).values()],
        )
        for value, words in Tier.choices
    ]
    context = {"tiers": tiers, "refusal": refusal}
    return settings_page(request, "promises.html", context, here="settings_promises", status=422 if refusal else 200)


def _shown(tier: str, rule: Rule, typed: QueryDict) -> dict[str, object]:
    """What its line's fields hold: what is kept, or what was typed and refused."""
    if (typed.get("tier"), typed.get("kind")) == (tier, rule.kind):
        return {name: typed.get(name, "") for name in ("target_minutes", "basis", "warn_shares", "pauses")}
    shares = ", ".join(map(str, rule.warn_shares))
    kept = {"target_minutes": rule.target_minutes, "basis": rule.basis, "warn_shares": shares}
    return {**kept, "pauses": rule.pauses_while_waiting}


def _read(asked: QueryDict) -> NewRule:
    shares = asked.get("warn_shares", "").replace("，", ",").replace("%", "").split(",")
    return NewRule(
        tier=asked.get("tier", ""),
        kind=asked.get("kind", ""),
        target_minutes=int(asked.get("target_minutes", "0")),
        basis=asked.get("basis", ""),
        warn_shares=tuple(int(share) for share in shares if share.strip()),
        pauses_while_waiting="pauses" in asked,
    )
