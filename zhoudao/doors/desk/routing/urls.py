"""Addresses of routing."""

from django.urls import path

from zhoudao.doors.desk.routing import me, page, people, why

urlpatterns = [
    path("desk/next/", me.take, name="desk_next"),
    path("desk/me/", me.presence, name="desk_me"),
    path("desk/cases/<str:number>/why/", why.why, name="desk_why"),
    path("desk/routing/", page.first, name="routing"),
    path("desk/routing/<slug:code>/", page.team, name="routing_team"),
    path("desk/routing/<slug:code>/pushing/", people.pushing, name="routing_pushing"),
    path("desk/routing/<slug:code>/hurrying/", people.hurrying, name="routing_hurrying"),
    path("desk/routing/<slug:code>/join/", people.join, name="routing_join"),
    path("desk/routing/<slug:code>/people/<uuid:user_id>/", people.terms, name="routing_person"),
    path("desk/routing/<slug:code>/people/<uuid:user_id>/leave/", people.leave, name="routing_leave"),
]
