"""Addresses of settings and profile."""

from django.urls import include, path
from django.views.i18n import set_language

from zhoudao.doors.desk.settings import (
    calendars,
    channels,
    follow_up,
    on_call,
    overview,
    people,
    profile,
    promises,
    stores,
    teams,
    tokens,
)

urlpatterns = [
    path("i18n/", include([path("setlang/", set_language, name="set_language")])),
    path("desk/profile/", profile.profile, name="profile"),
    path("desk/settings/", overview.overview, name="settings"),
    path("desk/settings/people/", people.people, name="settings_people"),
    path("desk/settings/people/new/", people.invite, name="settings_invite"),
    path("desk/settings/people/<uuid:user_id>/", people.person, name="settings_person"),
    path("desk/settings/stores/", stores.stores, name="settings_stores"),
    path("desk/settings/stores/new/", stores.add, name="settings_add_store"),
    path("desk/settings/stores/<uuid:store_id>/", stores.edit, name="settings_store"),
    path("desk/settings/teams/", teams.teams, name="settings_teams"),
    path("desk/settings/teams/new/", teams.add, name="settings_add_team"),
    path("desk/settings/teams/<uuid:team_id>/", teams.edit, name="settings_team"),
    path("desk/settings/channels/", channels.channels, name="settings_channels"),
    path("desk/settings/channels/new/<slug:kind>/", channels.add, name="settings_add_channel"),
    path("desk/settings/channels/<slug:code>/", channels.channel, name="settings_channel"),
    path("desk/settings/channels/<slug:code>/edit/", channels.edit, name="settings_edit_channel"),
    path("desk/settings/channels/<slug:code>/try/", channels.attempt, name="settings_try_channel"),
    path("desk/settings/channels/<slug:code>/tried/", channels.tried, name="settings_tried_channel"),
    path("desk/settings/channels/<slug:code>/secret/<slug:name>/", channels.renew, name="settings_renew_secret"),
    path("desk/settings/promises/", promises.promises, name="settings_promises"),
    path("desk/settings/on-call/", on_call.on_call, name="settings_on_call"),
    path("desk/settings/on-call/<slug:code>/", on_call.team, name="settings_on_call_team"),
    path("desk/settings/on-call/<slug:code>/test/", on_call.test, name="settings_on_call_test"),
    path("desk/settings/on-call/<slug:code>/tests/", on_call.tests, name="settings_on_call_tests"),
    path("desk/settings/follow-up/", follow_up.follow_up, name="settings_follow_up"),
    path("desk/settings/calendars/", calendars.calendars, name="settings_calendars"),
    path("desk/settings/calendars/new/", calendars.add, name="settings_add_calendar"),
    path("desk/settings/calendars/<uuid:calendar_id>/", calendars.calendar, name="settings_calendar"),
    path("desk/settings/tokens/", tokens.tokens, name="settings_tokens"),
    path("desk/settings/tokens/<uuid:token_id>/revoke/", tokens.revoke, name="settings_revoke"),
]
