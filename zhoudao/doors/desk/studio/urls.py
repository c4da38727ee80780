"""Addresses of the studio."""

from django.urls import path

from zhoudao.doors.desk.studio import comparing, drawing, flows, tables, versions

urlpatterns = [
    path("desk/flows/", flows.flows, name="flows"),
    path("desk/flows/upload/", flows.upload, name="flow_upload"),
    path("desk/flows/versions/<uuid:version_id>/", versions.version, name="flow_version"),
    path("desk/flows/versions/<uuid:version_id>/file/", versions.source, name="flow_source"),
    path("desk/flows/versions/<uuid:version_id>/again/", versions.again, name="flow_again"),
    path("desk/flows/versions/<uuid:version_id>/pilot/", versions.pilot, name="flow_pilot"),
    path("desk/flows/versions/<uuid:version_id>/roll-out/", versions.roll_out, name="flow_roll_out"),
    path("desk/flows/tables/", tables.tables, name="decision_tables"),
    path("desk/flows/tables/new/", tables.table_new, name="decision_table_new"),
    path("desk/flows/tables/<str:key>/", tables.table, name="decision_table"),
    path("desk/flows/tables/<str:key>/try/", tables.table_try, name="decision_table_try"),
    path("desk/flows/tables/<str:key>/publish/", tables.table_publish, name="decision_table_publish"),
    path("desk/flows/tables/<str:key>/<int:version>/file/", tables.table_file, name="decision_table_file"),
    path("desk/flows/new/", drawing.begin, name="flow_new"),
    path("desk/flows/<slug:key>/edit/", drawing.edit, name="flow_edit"),
    path("desk/flows/<slug:key>/compare/", comparing.compare, name="flow_compare"),
    path("desk/flows/<slug:key>/draft/", drawing.save, name="flow_draft_save"),
    path("desk/flows/<slug:key>/draft/file/", drawing.draft_source, name="flow_draft_source"),
    path("desk/flows/<slug:key>/draft/deploy/", drawing.deploy, name="flow_draft_deploy"),
    path("desk/flows/<slug:key>/draft/drop/", drawing.drop, name="flow_draft_drop"),
]
