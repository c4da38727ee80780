"""Addresses of the customers' pages."""

from django.urls import path

from zhoudao.doors.desk.customers import (
    beginning,
    editing,
    joining,
    organisation_editing,
    organisations,
    privacy,
    views,
    worth,
)

_ONE = "desk/customers/<uuid:customer_id>/"
_FIRM = "desk/customers/organisations/<uuid:organisation_id>/"
urlpatterns = [
    path("desk/customers/", views.people, name="customers"),
    path("desk/customers/suggestions/", joining.suggestions, name="customer_suggestions"),
    path("desk/customers/suggestions/<uuid:suggestion_id>/dismiss/", joining.dismiss, name="customer_dismiss"),
    path("desk/customers/organisations/", organisations.organisations, name="organisations"),
    path("desk/customers/organisations/new/", organisation_editing.new, name="organisation_new"),
    path(_FIRM, organisations.organisation, name="organisation"),
    path(f"{_FIRM}edit/", organisation_editing.edit, name="organisation_edit"),
    path(f"{_FIRM}contacts/", organisations.add, name="organisation_contacts"),
    path(f"{_FIRM}contacts/<uuid:customer_id>/end/", organisations.end, name="organisation_end"),
    path(f"{_FIRM}contacts/<uuid:customer_id>/refuse/", organisations.refuse, name="organisation_refuse"),
    path(_ONE, views.person, name="customer"),
    path(f"{_ONE}worth/", worth.of_customer, name="worth_of_customer"),
    path(f"{_ONE}history/", views.more, name="customer_history"),
    path(f"{_ONE}unmask/<str:field>/", views.unmasked, name="customer_unmask"),
    path(f"{_ONE}join/", joining.join, name="customer_join"),
    path(f"{_ONE}separate/<uuid:record_id>/", joining.separate, name="customer_separate"),
    path(f"{_ONE}privacy/", privacy.privacy, name="customer_privacy"),
    path(f"{_ONE}privacy/export/", privacy.export, name="customer_export"),
    path(f"{_ONE}privacy/erase/", privacy.erase, name="customer_erase"),
    path(f"{_ONE}edit/", editing.edit, name="customer_edit"),
    path(f"{_ONE}case/", beginning.begin, name="customer_case"),
]
