"""Online shops that post their orders: set up, changed, with secrets that are sealed and shown once."""

import json
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from zhoudao.ground.accounts.models import Store
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.ground.vault import box
from zhoudao.rooms.orders.events import StorefrontChanged
from zhoudao.rooms.orders.models import Storefront
from zhoudao.rooms.orders.refusals import StorefrontCodeTaken, StorefrontUnsound
from zhoudao.rooms.orders.storefronts.setups import setup_of

OVERLAP = timedelta(days=1)  # for which a secret that was replaced counts beside the new one
_SHORTEST = 8


@transaction.atomic
def add_storefront(
    *, code: str, kind: str, store_id: UUID, currency: str, asserts_identity: bool, secret: str, by: By, at: datetime
) -> Storefront:
    """This will take the orders another shop posts. Raises: StorefrontUnsound, StorefrontCodeTaken."""
    if setup_of(kind) is None or not _is_code(code) or len(secret) < _SHORTEST:
        raise StorefrontUnsound(StorefrontUnsound.__doc__)
    _check(store_id, currency)
    if Storefront.objects.filter(code=code).exists():
        raise StorefrontCodeTaken(StorefrontCodeTaken.__doc__)
    shop = Storefront(code=code, kind=kind, store_id=store_id, currency=currency, asserts_identity=asserts_identity)
    shop.secrets_sealed = _sealed(shop, {"now": secret})
    shop.save(force_insert=True)
    _tell(shop, by, at)
    return shop


@transaction.atomic
def change_storefront(
    storefront_id: UUID,
    *,
    store_id: UUID,
    currency: str,
    asserts_identity: bool,
    is_active: bool,
    secret: str = "",
    by: By,
    at: datetime,
    real_now: datetime,
) -> Storefront:
    """This will change a shop; a new secret counts at once, and the one before for a day more. Without one it stays.

    Raises: StorefrontUnsound
    """
    if secret and len(secret) < _SHORTEST:
        raise StorefrontUnsound(StorefrontUnsound.__doc__)
    shop = Storefront.objects.select_for_update().get(id=storefront_id)
    if store_id != shop.store_id or currency != shop.currency:
        _check(store_id, currency)
    shop.store_id, shop.currency = store_id, currency
    shop.asserts_identity, shop.is_active = asserts_identity, is_active
    if secret:
        shop.secrets_sealed = _sealed(shop, {"now": secret, "before": _secrets(shop)["now"]})
        shop.before_until = real_now + OVERLAP
    shop.save()
    _tell(shop, by, at)
    return shop


def secrets_of(shop: Storefront, *, real_now: datetime) -> list[str]:
    """A shop's secret, and the one before it while that still counts."""
    known = _secrets(shop)
    before = known.get("before", "") if shop.before_until and real_now < shop.before_until else ""
    return [secret for secret in (known["now"], before) if secret]


def storefront_key(shop: Storefront) -> UUID:
    """The data key of a shop's secrets and posts."""
    return box.key_of(shop.id)


def _is_code(code: str) -> bool:
    return 0 < len(code) <= 40 and code.isascii() and code.replace("-", "").isalnum() and code == code.lower()


def _check(store_id: UUID, currency: str) -> None:
    is_currency = len(currency) == 3 and currency.isascii() and currency.isalpha() and currency.isupper()
    if not is_currency or not Store.objects.filter(id=store_id, closed_at=None).exists():
        raise StorefrontUnsound(StorefrontUnsound.__doc__)


def _secrets(shop: Storefront) -> dict[str, str]:
    known: dict[str, str] = json.loads(box.open_text(shop.secrets_sealed, place=_place(shop)))
    return known


def _sealed(shop: Storefront, secrets: dict[str, str]) -> bytes:
    return box.seal(storefront_key(shop), json.dumps(secrets), place=_place(shop))


def _place(shop: Storefront) -> str:
    return f"storefront.secrets.{shop.id}"


def _tell(shop: Storefront, by: By, at: datetime) -> None:
    fact = StorefrontChanged(shop.code, shop.kind, shop.is_active)
    record(fact, at=at, by=by, about=[About("storefront", shop.id)])
