"""Addresses of macros and batches."""

from django.urls import path

from zhoudao.doors.desk.macros import bulk, pages

urlpatterns = [
    path("desk/macros/", pages.macros, name="macros"),
    path("desk/macros/new/", pages.new, name="macro_new"),
    path("desk/macros/<uuid:macro_id>/", pages.macro, name="macro"),
    path("desk/macros/<uuid:macro_id>/retire/", pages.retire, name="macro_retire"),
    path("desk/bulk/", bulk.choose, name="bulk"),
    path("desk/bulk/preview/", bulk.preview, name="bulk_preview"),
    path("desk/bulk/<uuid:batch_id>/", bulk.progress, name="bulk_progress"),
    path("desk/bulk/<uuid:batch_id>/run/", bulk.run, name="bulk_run"),
    path("desk/bulk/<uuid:batch_id>/undo/", bulk.undo, name="bulk_undo"),
]
