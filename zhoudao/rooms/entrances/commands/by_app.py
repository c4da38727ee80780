"""Coming in by the company's own app, which knows its user already."""

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import IntegrityError, transaction

from zhoudao.ground.accounts.tokens import digest
from zhoudao.ground.eventlog.recording import By
from zhoudao.kit.app_tokens import NotTrusted, Said, key_of, read
from zhoudao.kit.frozen import frozen
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.customers.claims import Claim
from zhoudao.rooms.customers.commands.asserting import IdentitiesDisagree, assert_customer, suggest_joining
from zhoudao.rooms.customers.models import Customer, Identity
from zhoudao.rooms.customers.queries import group_ids
from zhoudao.rooms.entrances.commands.app_keys import secrets_of
from zhoudao.rooms.entrances.commands.coming_in import Entered, admit, tell
from zhoudao.rooms.entrances.events import SignedIn
from zhoudao.rooms.entrances.models import AppKey, Nonce, Pass

LASTS = timedelta(hours=12)
_LANGUAGES = {"zh-hans": "zh-Hans", "zh-cn": "zh-Hans", "zh": "zh-Hans", "zh-hant": "zh-Hant", "zh-tw": "zh-Hant"}
_LANGUAGES |= {"zh-hk": "zh-Hant", "en": "en"}


@frozen
class Vouched:
    """What a token says that we believe, and by which key."""

    key: AppKey
    said: Said

    @property
    def own(self) -> Claim:
        """The app's own user number, which decides who it is."""
        return Claim("external", self.said.subject, scope=f"app:{self.key.realm}", verified=True)


def key_named(token: str) -> AppKey | None:
    """The key a token says it is by, unless it was revoked; nothing else of the token is believed."""
    try:
        key_id = uuid_in(key_of(token))
    except NotTrusted:
        return None
    return AppKey.objects.filter(id=key_id, revoked_at=None).first() if key_id else None


def vouched(*, token: str, audience: str, real_now: datetime) -> Vouched:
    """Whom a key of the company's own app vouches for, by a token that was not used yet; nobody is let in.

    Raises: NotTrusted (a wrong key, another audience, too old, used before: the same for all)
    """
    key = key_named(token)
    if key is None:
        raise NotTrusted(NotTrusted.__doc__)
    said = read(token, secrets_of(key, real_now=real_now), audience=audience, real_now=real_now)
    if Nonce.objects.filter(key=key, digest=digest(said.nonce)).exists():
        raise NotTrusted(NotTrusted.__doc__)
    return Vouched(key, said)


def is_theirs(one: Vouched, customer_id: UUID) -> bool:
    """Whether this customer is who the app speaks of."""
    owners = Identity.objects.filter(
        kind=one.own.kind, scope=one.own.scope, value_index=one.own.index, suggested=False
    ).values_list("customer_id", flat=True)
    return not set(group_ids(customer_id)).isdisjoint(owners)


def enter_by_app(*, one: Vouched, device: str, at: datetime, real_now: datetime) -> Entered:
    """This will let in whom the app vouches for, once for each token: who it says counts as proven.

    Where number and address belong to different customers, the app's own user number decides, and people are asked.

    Raises: NotTrusted (another was quicker with this token)
    """
    key, said, own = one.key, one.said, one.own
    _use_up(key, said)
    by = By(f"app:{key.id}", store_id=key.store_id, channel="portal")
    others = [
        Claim(kind, value, verified=True) for kind, value in (("phone", said.phone), ("email", said.email)) if value
    ]
    with transaction.atomic():
        customer = _customer(said, [own, *others], key.store_id, at, by)
        Customer.objects.select_for_update().get(id=customer)
        is_news = not Pass.objects.filter(customer_id=customer, key=key, begun_at__gt=real_now - LASTS).exists()
        entered = admit(customer, way="app", device=device, lasts=LASTS, real_now=real_now, key=key)
        AppKey.objects.filter(id=key.id).update(used_at=real_now)
        if is_news:
            tell(SignedIn("app"), customer, at)
    return entered


def _use_up(key: AppKey, said: Said) -> None:
    """Committed before anybody is let in: of two at once one is too late."""
    try:
        with transaction.atomic():
            Nonce.objects.create(key=key, digest=digest(said.nonce), until=said.until)
    except IntegrityError as error:
        raise NotTrusted(NotTrusted.__doc__) from error


def _customer(said: Said, claims: list[Claim], store_id: UUID | None, at: datetime, by: By) -> UUID:
    language = _LANGUAGES.get(said.language.lower(), "zh-Hans")
    assure = partial(assert_customer, name=said.name, language=language, store_id=store_id, at=at, by=by)
    try:
        return assure(claims=claims).customer_id
    except IdentitiesDisagree:
        found = assure(claims=claims[:1]).customer_id
        suggest_joining(claims, with_id=found, at=at)
        return found
