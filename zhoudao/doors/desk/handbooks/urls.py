"""Addresses of handbooks."""

from django.urls import path

from zhoudao.doors.desk.handbooks import files, making, reading

urlpatterns = [
    path("desk/handbooks/", reading.mine, name="handbooks"),
    path("desk/handbooks/count/", reading.count, name="handbooks_count"),
    path("desk/handbooks/<uuid:edition_id>/", reading.handbook, name="handbook"),
    path("desk/handbooks/<uuid:edition_id>/read/", reading.confirm, name="handbook_read"),
    path("desk/handbooks/<uuid:edition_id>/readers/", reading.who, name="handbook_readers"),
    path("desk/handbooks/<uuid:edition_id>/remind/", reading.remind, name="handbook_remind"),
    path("desk/handbooks/<uuid:edition_id>/approve/", making.approve, name="handbook_approve"),
    path("desk/handbooks/<uuid:edition_id>/print/", files.print_it, name="handbook_print"),
    path("desk/handbooks/<uuid:edition_id>/file/", files.download, name="handbook_file"),
    path("desk/tasks/<uuid:task_id>/handbook/", reading.for_task, name="handbook_for_task"),
    path("desk/flows/versions/<uuid:version_id>/handbooks/", making.of_version, name="handbooks_of_version"),
]
