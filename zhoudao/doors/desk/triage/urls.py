"""Addresses of triage."""

from django.urls import path

from zhoudao.doors.desk.triage import page

urlpatterns = [
    path("desk/triage/", page.triage, name="triage"),
    path("desk/cases/<str:number>/topic/", page.topic_of_case, name="topic_of_case"),
]
