"""The tiles: what customers are offered, in which order, in three languages."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from zhoudao.doors.desk.settings.places import settings_page
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation.clock import now
from zhoudao.rooms.entrances.commands.tiles import TileSaid, delete_tile, save_tile
from zhoudao.rooms.entrances.models import Tile
from zhoudao.rooms.entrances.refusals import TileNotFound, TileUnsound
from zhoudao.rooms.entrances.targets import offered, target_of
from zhoudao.rooms.entrances.tiles import ICONS

_HERE = "settings_portal"
_TAGS = {"zh-Hans": "简体中文", "zh-Hant": "繁體中文", "en": "English"}


class TileForm(forms.Form):
    """One tile."""

    target = forms.ChoiceField(label=gettext_lazy("What it opens"))
    address = forms.CharField(label=gettext_lazy("Link (https://…)"), max_length=300, required=False)
    icon = forms.ChoiceField(label=gettext_lazy("Drawing"), choices=[(one, one) for one in ICONS])
    position = forms.IntegerField(label=gettext_lazy("Place in the order"), min_value=0, max_value=999, initial=100)
    is_shown = forms.BooleanField(label=gettext_lazy("Shown"), required=False, initial=True)

    def __init__(self, tile: Tile | None, data: object = None) -> None:
        super().__init__(data, initial=_initial(tile))  # type: ignore[arg-type]  # what a request posts
        for tag, name in _TAGS.items():
            self.fields[f"name_{tag}"] = forms.CharField(label=name, max_length=40, required=tag == "zh-Hans")
            self.fields[f"hint_{tag}"] = forms.CharField(label=name, max_length=80, required=False)
        target = self.fields["target"]
        assert isinstance(target, forms.ChoiceField)
        target.choices = [(one.code, one.words) for one in offered()]

    @property
    def words(self) -> list[tuple[str, object, object]]:
        """Name and hint, a language each."""
        return [(name, self[f"name_{tag}"], self[f"hint_{tag}"]) for tag, name in _TAGS.items()]

    def tile(self) -> TileSaid:
        """What it becomes."""
        given = self.cleaned_data
        return TileSaid(
            names={tag: given[f"name_{tag}"] for tag in _TAGS},
            hints={tag: given[f"hint_{tag}"] for tag in _TAGS},
            **{name: given[name] for name in ("icon", "target", "address", "position", "is_shown")},
        )


@require_GET
@permit("portal:write")
def tiles(request: HttpRequest) -> HttpResponse:
    """All tiles in order; one whose target nobody offers is marked, and not shown to customers."""
    rows = [(tile, target_of(tile.target)) for tile in Tile.objects.order_by("position", "id")]
    return settings_page(request, "desk/frontdoor/tiles.html", {"rows": rows}, here=_HERE)


@require_http_methods(["GET", "POST"])
@permit("portal:write")
def add(request: HttpRequest) -> HttpResponse:
    """A new tile."""
    return _form(request, None)


@require_http_methods(["GET", "POST"])
@permit("portal:write")
def edit(request: HttpRequest, tile_id: UUID) -> HttpResponse:
    """Changing a tile, or taking it away."""
    tile = Tile.objects.filter(id=tile_id).first()
    if tile is None:
        raise Http404
    if request.method == "POST" and "delete" in request.POST:
        try:
            delete_tile(tile_id=tile.id, at=now(), by=By(viewer_of(request).actor))
        except TileNotFound as gone:
            raise Http404 from gone
        messages.success(request, _("Deleted."))
        return redirect(_HERE)
    return _form(request, tile)


def _form(request: HttpRequest, tile: Tile | None) -> HttpResponse:
    form = TileForm(tile, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            save_tile(tile_id=tile.id if tile else None, said=form.tile(), at=now(), by=By(viewer_of(request).actor))
        except (TileUnsound, TileNotFound) as refusal:
            form.add_error("address" if form.cleaned_data["target"] == "link" else None, said(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect(_HERE)
    context = {"form": form, "tile": tile}
    return settings_page(request, "desk/frontdoor/tile.html", context, here=_HERE, status=422 if form.errors else 200)


def _initial(tile: Tile | None) -> dict[str, object]:
    if tile is None:
        return {}
    plain = {name: getattr(tile, name) for name in ("icon", "target", "address", "position", "is_shown")}
    names = {f"name_{tag}": tile.names.get(tag, "") for tag in _TAGS}
    return plain | names | {f"hint_{tag}": tile.hints.get(tag, "") for tag in _TAGS}
