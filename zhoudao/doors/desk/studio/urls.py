"""Addresses of the studio."""

from django.urls import path

from zhoudao.doors.desk.studio import flows, versions

urlpatterns = [
    path("desk/flows/", flows.flows, name="flows"),
    path("desk/flows/upload/", flows.upload, name="flow_upload"),
    path("desk/flows/versions/<uuid:version_id>/", versions.version, name="flow_version"),
    path("desk/flows/versions/<uuid:version_id>/file/", versions.source, name="flow_source"),
    path("desk/flows/versions/<uuid:version_id>/again/", versions.again, name="flow_again"),
    path("desk/flows/versions/<uuid:version_id>/pilot/", versions.pilot, name="flow_pilot"),
    path("desk/flows/versions/<uuid:version_id>/roll-out/", versions.roll_out, name="flow_roll_out"),
]
