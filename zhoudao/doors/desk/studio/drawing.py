"""The page a flow is drawn on, and what it sends: every pause a save with a check, at the end a deployment."""

from collections.abc import Iterable
from typing import Any

from csp.decorators import csp_update
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhoudao.conduct.flows.commands import (
    begin_flow,
    deploy_draft,
    drop_draft,
    drop_kept_copy,
    findings_on,
    save_draft,
)
from zhoudao.conduct.flows.models import FlowDraft, FlowVersion
from zhoudao.conduct.flows.refusals import (
    DraftChangedMeanwhile,
    FlowChangedMeanwhile,
    FlowNotSound,
    FlowRefusal,
)
from zhoudao.doors.desk.flows.words import problem_lines
from zhoudao.doors.desk.studio.asked import uuid_or_none, whole
from zhoudao.doors.desk.studio.changes import change_lines, changes_between, name_in
from zhoudao.doors.desk.studio.choices import choices
from zhoudao.doors.desk.studio.modeler_words import modeler_words
from zhoudao.doors.desk.studio.scope import chosen_stores, reach_of, stores_for
from zhoudao.doors.desk.studio.words import deployed_words, names_of, said
from zhoudao.doors.desk.tags import exact
from zhoudao.engines.bpmn.problems import Problem
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation.clock import now
from zhoudao.kit.languages import pick

_INLINE_STYLES = csp_update({"style-src": ["'unsafe-inline'"]})  # the modeller's menus; scripts stay strict


@require_POST
@permit("flows:write")
def begin(request: HttpRequest) -> HttpResponse:
    """This will begin a flow nobody has yet."""
    key, name = request.POST.get("key", "").strip(), request.POST.get("name", "").strip()[:200]
    try:
        begin_flow(key=key, name=name, by=By(viewer_of(request).actor), at=now())
    except FlowRefusal as refusal:
        hint = _("A key is small letters, digits and _, and begins with a letter.")
        messages.error(request, f"{said(refusal)} {hint}")
        return redirect("flows")
    return redirect("flow_edit", key)


@require_GET
@permit("flows:write")
@_INLINE_STYLES  # type: ignore[arg-type]  # its type knows only views without arguments
def edit(request: HttpRequest, key: str) -> HttpResponse:
    """The modeller with what is being drawn, else with a version; `mine` is what this person could not save."""
    viewer = viewer_of(request)
    draft, mine = _draft(key), FlowDraft.objects.filter(key=key, owner=viewer.user_id).first()
    version = None if draft else _version(key, request.GET.get("version", ""))
    is_mine = "mine" in request.GET and mine is not None
    if draft is None and version is None and not is_mine:
        raise Http404
    shown = mine if is_mine and mine is not None else draft
    base = shown.base if shown else version
    source = bytes(shown.source if shown else version.source if version else b"")
    context = {
        "key": key,
        "name": pick(base.names, viewer.language) if base else name_in(source) or key,
        "base": base,
        "draft": draft,
        "by": names_of([draft.saved_by])[draft.saved_by] if draft else "",
        "mine": mine,
        "is_mine": is_mine,
        "page": {
            "source": source.decode("utf-8", "replace"),
            "problems": _found(findings_on(source)),
            "revision": draft.revision if draft else 0,
            "replaces": is_mine,
            "version": str(version.id) if version else "",
            "choices": choices(key, viewer.language),
            "words": modeler_words(),
        },
        "stores": stores_for(viewer),
        "for_all": reach_of(viewer) is None,
    }
    return render(request, "desk/studio/edit.html", context)


@require_POST
@permit("flows:write")
def save(request: HttpRequest, key: str) -> HttpResponse:
    """This will keep what was drawn and say what is wrong with it; answers in JSON."""
    viewer, source = viewer_of(request), request.POST.get("source", "").encode()
    if viewer.user_id is None or not _exists(key):
        raise Http404
    try:
        draft = save_draft(
            key=key,
            source=source,
            revision=whole(request.POST.get("revision", "")),
            replaces=request.POST.get("replaces") == "1",
            by=By(viewer.actor),
            at=now(),
            user_id=viewer.user_id,
            began_with=uuid_or_none(request.POST.get("version", "")),
        )
    except DraftChangedMeanwhile as refusal:
        return _conflict(request, refusal)
    except FlowRefusal as refusal:
        return JsonResponse({"refusal": said(refusal)}, status=422)
    return JsonResponse({"revision": draft.revision, "problems": _found(findings_on(source))})


@require_POST
@permit("flows:write")
def deploy(request: HttpRequest, key: str) -> HttpResponse:
    """This will make what was drawn a version, live for all or on trial; answers in JSON."""
    viewer, seen = viewer_of(request), request.POST.get("seen", "")
    try:
        version = deploy_draft(
            key=key,
            revision=whole(request.POST.get("revision", "")),
            by=By(viewer.actor),
            at=now(),
            note=request.POST.get("note", "")[:2000],
            stores=chosen_stores(request.POST),
            seen=whole(seen) if seen else None,
            reach=reach_of(viewer),
            reason=request.POST.get("reason", "")[:300],
        )
    except DraftChangedMeanwhile as refusal:
        return _conflict(request, refusal)
    except FlowNotSound as refusal:
        text = _("This flow cannot be deployed yet: see what is wrong.")
        return JsonResponse({"refusal": text, "problems": _found(refusal.problems)}, status=422)
    except FlowChangedMeanwhile as refusal:
        return _overtaken(key, refusal)
    except FlowRefusal as refusal:
        return JsonResponse({"refusal": said(refusal)}, status=422)
    messages.success(request, deployed_words(version))
    return JsonResponse({"address": reverse("flow_version", args=[version.id])})


@require_POST
@permit("flows:write")
def drop(request: HttpRequest, key: str) -> HttpResponse:
    """This will throw away what is being drawn, or with `mine` what could not be saved."""
    viewer = viewer_of(request)
    by = By(viewer.actor)
    try:
        if "mine" in request.POST and viewer.user_id:
            drop_kept_copy(key=key, user_id=viewer.user_id, by=by, at=now())
        else:
            drop_draft(key=key, revision=whole(request.POST.get("revision", "")), by=by, at=now())
    except FlowRefusal as refusal:
        messages.error(request, said(refusal))
    else:
        messages.success(request, _("Thrown away."))
    return redirect("flow_edit", key) if "mine" in request.POST and _exists(key) else redirect("flows")


@require_GET
@permit("flows:read")
def draft_source(request: HttpRequest, key: str) -> HttpResponse:
    """What is being drawn, as a file; `mine` is what this person could not save."""
    draft = _draft(key)
    if "mine" in request.GET:
        draft = FlowDraft.objects.filter(key=key, owner=viewer_of(request).user_id).exclude(owner=None).first()
    if draft is None:
        raise Http404
    return HttpResponse(bytes(draft.source), content_type="application/xml; charset=utf-8")


def _conflict(request: HttpRequest, refusal: DraftChangedMeanwhile) -> JsonResponse:
    """Who saved meanwhile and what they changed since this page was in step."""
    draft = refusal.draft
    was = request.POST.get("was", "").encode()
    changes = changes_between(was, bytes(draft.source)) if was else []
    who, moment = names_of([draft.saved_by])[draft.saved_by], exact(draft.saved_at)
    words = _("%(who)s saved this drawing at %(moment)s. Yours is kept.") % {"who": who, "moment": moment}
    answer = {"refusal": words, "revision": draft.revision, "changes": change_lines(changes)}
    return JsonResponse(answer, status=409)


def _overtaken(key: str, refusal: FlowChangedMeanwhile) -> JsonResponse:
    draft, newest = _draft(key), refusal.newest
    base = bytes(draft.base.source) if draft and draft.base else b""
    changes = changes_between(base, bytes(newest.source)) if base else []
    return JsonResponse(
        {"refusal": said(refusal), "seen": newest.version, "changes": change_lines(changes)}, status=409
    )


def _found(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    found = list(problems)
    return [{**vars(line), "blocks": problem.blocks} for line, problem in zip(problem_lines(found), found, strict=True)]


def _draft(key: str) -> FlowDraft | None:
    return FlowDraft.objects.filter(key=key, owner=None).select_related("base").first()


def _exists(key: str) -> bool:
    return FlowVersion.objects.filter(key=key).exists() or FlowDraft.objects.filter(key=key, owner=None).exists()


def _version(key: str, asked: str) -> FlowVersion | None:
    """The version asked for, else what is live, else the newest."""
    rows = FlowVersion.objects.filter(key=key)
    chosen = uuid_or_none(asked)
    wanted = rows.filter(id=chosen).first() if chosen else None
    return wanted or rows.order_by("-is_live", "-version").first()
