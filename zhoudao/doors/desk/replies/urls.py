"""Addresses of the canned replies."""

from django.urls import path

from zhoudao.doors.desk.replies import offering, pages

urlpatterns = [
    path("desk/cases/<str:number>/replies/", offering.offer, name="desk_replies"),
    path("desk/replies/", pages.replies, name="replies"),
    path("desk/replies/new/", pages.new, name="reply_new"),
    path("desk/replies/preview/", pages.preview, name="reply_preview"),
    path("desk/replies/<uuid:reply_id>/", pages.reply, name="reply"),
    path("desk/replies/<uuid:reply_id>/retire/", pages.retire, name="reply_retire"),
]
