"""`zhoudao token`: keys for programs that use the API."""

import argparse
import json
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from zhoudao.doors.cli import Refused

if TYPE_CHECKING:
    from zhoudao.ground.accounts.models import Store


def register(subparsers: Any) -> None:
    """This will add the command."""
    parser = subparsers.add_parser(
        "token",
        help="create, list and revoke API tokens",
        description="A token is shown once, when it is created; only its hash is kept.",
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    create = actions.add_parser("create", help="create a token and print it")
    create.add_argument("--role", choices=["api"], default="api", help="programs have the role api")
    create.add_argument("--scope", nargs="+", action="extend", required=True, metavar="SCOPE", help="messages:write …")
    create.add_argument("--name", default="api", help="whose it is, as lists and replies show it")
    create.add_argument("--store", metavar="CODE", help="only this store's data (all stores)")
    create.add_argument("--days", type=_days, metavar="N", help="how long it is valid (until revoked)")
    create.add_argument("--json", action="store_true", help="print JSON")
    create.set_defaults(run=_create)
    listing = actions.add_parser("list", help="list the tokens, not their text")
    listing.add_argument("--json", action="store_true", help="print JSON")
    listing.set_defaults(run=_list)
    revoke = actions.add_parser("revoke", help="make a token worthless at once")
    revoke.add_argument("id", type=UUID, metavar="ID", help="as `zhoudao token list` shows it")
    revoke.set_defaults(run=_revoke)


def _days(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 3650:
        raise argparse.ArgumentTypeError("a whole number from 1 to 3650")
    return int(text)


def _create(arguments: argparse.Namespace) -> int:
    from zhoudao.ground.accounts.tokens import UnknownScope, create_token

    expires_at = datetime.now(UTC) + timedelta(days=arguments.days) if arguments.days else None
    try:
        text = create_token(
            name=arguments.name[:80],
            scopes=sorted(set(arguments.scope)),
            store=_store(arguments.store),
            expires_at=expires_at,
        )
    except UnknownScope as refusal:
        raise Refused(str(refusal)) from refusal
    print(json.dumps({"token": text}) if arguments.json else text)
    if sys.stderr.isatty():
        print("This is shown only now. Send it as: Authorization: Bearer …", file=sys.stderr)
    return 0


def _store(code: str | None) -> "Store | None":
    from zhoudao.ground.accounts.models import Store

    if code is None:
        return None
    store = Store.objects.filter(code=code, closed_at=None).first()
    if store is None:
        known = ", ".join(Store.objects.filter(closed_at=None).order_by("code").values_list("code", flat=True))
        raise Refused(f"There is no store {code!r}; there are: {known}.")
    return store


def _list(arguments: argparse.Namespace) -> int:
    from zhoudao.ground.accounts.models import ApiToken

    rows = [_row(token) for token in ApiToken.objects.select_related("store").order_by("created_at")]
    if arguments.json:
        print(json.dumps(rows, indent=2))
        return 0
    for row in rows:
        print(f"{row['id']}  {row['state']:8}  {row['name']}  {row['store'] or '*'}  {' '.join(row['scopes'])}")
    return 0


def _row(token: Any) -> dict[str, Any]:
    is_over = token.expires_at is not None and token.expires_at <= datetime.now(UTC)
    return {
        "id": str(token.id),
        "name": token.name,
        "state": "revoked" if token.revoked_at else "expired" if is_over else "valid",
        "scopes": token.scopes,
        "store": token.store.code if token.store else None,
        "created_at": token.created_at.isoformat(),
        "expires_at": token.expires_at.isoformat() if token.expires_at else None,
    }


def _revoke(arguments: argparse.Namespace) -> int:
    from django.db.models import Q

    from zhoudao.ground.accounts.managing import revoke_token
    from zhoudao.ground.eventlog.recording import By
    from zhoudao.ground.installation import clock

    if not revoke_token(token_id=arguments.id, within=Q(), by=By("system:cli"), at=clock.now()):
        raise Refused("There is no valid token with this id.")
    print(f"{arguments.id} is revoked.")
    return 0
