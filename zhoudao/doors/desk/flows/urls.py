"""Addresses of the flow pages."""

from django.urls import path

from zhoudao.doors.desk.flows import stuck, tasks

urlpatterns = [
    path("desk/tasks/", tasks.tasks, name="tasks"),
    path("desk/tasks/<uuid:task_id>/", tasks.task, name="desk_task"),
    path("desk/tasks/<uuid:task_id>/clock/", tasks.clock, name="desk_task_clock"),
    path("desk/tasks/<uuid:task_id>/take/", tasks.take, name="desk_task_take"),
    path("desk/cases/<str:number>/flow/", tasks.panel, name="desk_flow"),
    path("desk/flows/incidents/", stuck.incidents, name="stuck_runs"),
    path("desk/flows/incidents/<uuid:incident_id>/retry/", stuck.retry, name="stuck_retry"),
    path("desk/flows/runs/<uuid:run_id>/cancel/", stuck.cancel, name="run_cancel"),
    path("desk/flows/dead-letters/", stuck.dead_letters, name="dead_letters"),
    path("desk/flows/dead-letters/<uuid:parked_id>/replay/", stuck.replay, name="dead_letter_replay"),
]
