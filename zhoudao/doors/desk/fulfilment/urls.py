"""Addresses of fulfilment."""

from django.urls import path

from zhoudao.doors.desk.fulfilment import bins, labels, packing, picking, waves

_TOTE = "desk/picking/totes/<uuid:tote_id>/"
_ONE = "desk/picking/<uuid:wave_id>/"
urlpatterns = [
    path("desk/picking/", waves.waves, name="waves"),
    path("desk/picking/new/", waves.build, name="wave_new"),
    path("desk/picking/bins/", bins.bins, name="bins"),
    path("desk/picking/pack/", packing.table, name="packing"),
    path(_TOTE, packing.tote, name="tote"),
    path(f"{_TOTE}act/", packing.act, name="tote_act"),
    path(f"{_TOTE}label/", labels.label, name="tote_label"),
    path("desk/picking/labels/", labels.setup, name="labels_setup"),
    path("desk/picking/labels/<uuid:sheet_id>/", labels.sheet, name="labels"),
    path(_ONE, waves.wave, name="wave"),
    path(f"{_ONE}act/", waves.act, name="wave_act"),
    path(f"{_ONE}list/", waves.pick_list, name="wave_list"),
    path(f"{_ONE}labels/", labels.of_wave, name="wave_labels"),
    path(f"{_ONE}walk/", picking.walk, name="wave_walk"),
    path(f"{_ONE}short/", picking.short, name="wave_short"),
]
