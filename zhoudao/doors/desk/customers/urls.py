"""Addresses of the customers' pages."""

from django.urls import path

from zhoudao.doors.desk.customers import editing, joining, privacy, views

_ONE = "desk/customers/<uuid:customer_id>/"
urlpatterns = [
    path("desk/customers/", views.people, name="customers"),
    path("desk/customers/suggestions/", joining.suggestions, name="customer_suggestions"),
    path("desk/customers/suggestions/<uuid:suggestion_id>/dismiss/", joining.dismiss, name="customer_dismiss"),
    path(_ONE, views.person, name="customer"),
    path(f"{_ONE}history/", views.more, name="customer_history"),
    path(f"{_ONE}unmask/<str:field>/", views.unmasked, name="customer_unmask"),
    path(f"{_ONE}join/", joining.join, name="customer_join"),
    path(f"{_ONE}separate/<uuid:record_id>/", joining.separate, name="customer_separate"),
    path(f"{_ONE}privacy/", privacy.privacy, name="customer_privacy"),
    path(f"{_ONE}privacy/export/", privacy.export, name="customer_export"),
    path(f"{_ONE}privacy/erase/", privacy.erase, name="customer_erase"),
    path(f"{_ONE}edit/", editing.edit, name="customer_edit"),
]
