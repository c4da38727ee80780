"""Addresses of notices."""

from django.urls import path

from zhoudao.doors.desk.notices import pages, watching

urlpatterns = [
    path("desk/cases/<str:number>/colleagues/", watching.colleagues, name="desk_colleagues"),
    path("desk/cases/<str:number>/watch/", watching.watch, name="desk_watch"),
    path("desk/notices/", pages.notices, name="notices"),
    path("desk/notices/bell/", pages.bell, name="notices_bell"),
    path("desk/notices/read/", pages.read, name="notices_read"),
    path("desk/notices/<uuid:notice_id>/", pages.follow, name="notice"),
    path("desk/notices/choices/", pages.choices, name="notices_choices"),
]
