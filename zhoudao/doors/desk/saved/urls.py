"""Addresses of saved views."""

from django.urls import path

from zhoudao.doors.desk.saved import pages

urlpatterns = [
    path("desk/views/saved/", pages.column, name="saved_views"),
    path("desk/views/saved/new/", pages.new, name="saved_view_new"),
    path("desk/views/saved/count/", pages.count, name="saved_view_count"),
    path("desk/views/saved/<uuid:view_id>/", pages.edit, name="saved_view"),
    path("desk/views/saved/<uuid:view_id>/remove/", pages.remove, name="saved_view_remove"),
]
