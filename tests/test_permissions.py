"""Every route states who may use it, and holds to it, for every role."""

import uuid
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter, UUIDConverter

from zhoudao.ground.accounts.models import Grant, User
from zhoudao.ground.accounts.permits import permission_of
from zhoudao.ground.accounts.roles import PUBLIC, ROLES, SIGNED_IN, permissions_of

_API = "api/v1/"  # its operations state a scope each, and have a test of their own

COMPANYS = (
    "tile_id", "key_id", "point", "engineer_id", "experiment_id", "pilot_id", "programme_id", "audit_id",
    "product", "category", "image_id",
)  # fmt: skip
"""What addresses name that is nobody's own but the whole company's: `COMPANY_WIDE`."""


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from routes(entry, prefix + str(entry.pattern))
        else:
            yield prefix, entry


def address(prefix: str, entry: URLPattern) -> str:
    text = prefix + str(entry.pattern)
    for name, converter in entry.pattern.converters.items():
        made_up = {UUIDConverter: str(uuid.UUID(int=7)), IntConverter: "7"}.get(type(converter), "nothing-here")
        for shape in (f"<{name}>", *(f"<{kind}:{name}>" for kind in ("str", "slug", "int", "uuid", "path"))):
            text = text.replace(shape, made_up)
    return "/" + text.replace("^", "").replace("$", "").replace("\\Z", "")


def guarded() -> list[tuple[str, str]]:
    return [
        (address(prefix, entry), str(permission_of(entry.callback)))
        for prefix, entry in routes()
        if not prefix.startswith(_API) and permission_of(entry.callback) != PUBLIC
    ]


def test_every_route_states_a_permission_that_somebody_can_have() -> None:
    known = {PUBLIC, SIGNED_IN} | permissions_of(list(ROLES))
    unstated = [
        address(prefix, entry)
        for prefix, entry in routes()
        if not prefix.startswith(_API) and permission_of(entry.callback) not in known
    ]
    assert unstated == []
    assert len(guarded()) > 20


@pytest.mark.django_db
@pytest.mark.parametrize("role", [role for role in ROLES if role != "api"])
def test_a_role_reaches_what_it_may_and_nothing_else(role: str) -> None:
    user = User.objects.create_user(email=f"{role}@example.com", password="x" * 12, name=role)
    Grant.objects.create(user=user, role=role)
    client = Client(raise_request_exception=True)
    client.force_login(user, backend="zhoudao.ground.accounts.backends.WithGrants")
    allowed = permissions_of([role]) | {SIGNED_IN}
    wrong = [
        f"{status} {path}"
        for path, needed in guarded()
        if ((status := client.get(path).status_code) == 403) != (needed not in allowed)
    ]
    assert wrong == []


@pytest.mark.django_db
def test_nobody_gets_in_without_signing_in() -> None:
    client = Client()
    for path, _ in guarded():
        response = client.get(path)
        assert response.status_code == 302, path
        assert response.headers["Location"].startswith("/accounts/login/"), path
