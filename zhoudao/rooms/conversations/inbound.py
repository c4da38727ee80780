"""A message as a door hands it over, whatever it came through."""

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, field
from datetime import datetime
from typing import Any
from uuid import UUID

from zhoudao.kit.frozen import frozen
from zhoudao.rooms.customers.claims import Claim

_PACKED = b"zhoudao-inbound/1\n"


@frozen
class Upload:
    """A file as it was sent; neither its name nor any type it claims is believed."""

    name: str
    content: bytes


@frozen
class Inbound:
    """`external_id` is the sender's own id of the message on this channel; `only_stores` what the sender may use."""

    channel: str
    external_id: str
    claims: Sequence[Claim] = ()
    name: str = ""
    text: str = ""
    html: str = ""
    uploads: Sequence[Upload] = ()
    sent_at: datetime | None = None
    subject: str = ""
    order_number: str = ""
    kind: str = ""  # of the case it opens, where the sender or a colleague said so; else it is read from the words
    tier: str = ""
    store: str | None = None
    conversation_id: UUID | None = None
    main_id: UUID | None = None  # the conversation whose case this is about, where a colleague said so
    customer_id: UUID | None = None  # who writes, where a link of ours proved it; then no claims are needed
    is_new_topic: bool = False  # begins a conversation of its own, whatever else is open with the sender
    digest: bytes = b""
    only_stores: frozenset[UUID] | None = field(default=None, compare=False)

    @property
    def size(self) -> int:
        """Bytes of content."""
        words = len(self.text.encode(errors="replace")) + len(self.html.encode(errors="replace"))
        return words + sum(len(upload.content) for upload in self.uploads)

    def fingerprint(self) -> bytes:
        """What tells two bodies under one key apart; a door that has the raw body gives its own digest."""
        if self.digest:
            return self.digest
        files = [[upload.name, hashlib.sha256(upload.content).hexdigest()] for upload in self.uploads]
        return hashlib.sha256(json.dumps([self._words(), files], sort_keys=True).encode()).digest()

    def pack(self) -> bytes:
        """As bytes that `unpack` reads back: what is kept of a message that was refused."""
        files = [[upload.name, base64.b64encode(upload.content).decode()] for upload in self.uploads]
        return _PACKED + json.dumps([self.channel, self.external_id, self._words(), files]).encode()

    def _words(self) -> dict[str, Any]:
        return {
            "claims": [asdict(claim) for claim in self.claims],
            "name": self.name,
            "text": self.text,
            "html": self.html,
            "sent_at": self.sent_at.isoformat() if self.sent_at else None,
            "subject": self.subject,
            "order_number": self.order_number,
            **({"main_id": str(self.main_id)} if self.main_id else {}),
            **({"kind": self.kind, "tier": self.tier} if self.kind or self.tier else {}),
            "store": self.store,
            "conversation_id": str(self.conversation_id) if self.conversation_id else None,
            "is_new_topic": self.is_new_topic,
        }


def is_packed(raw: bytes) -> bool:
    """Whether this is a message that `pack` wrote, not a raw body of a channel."""
    return raw.startswith(_PACKED)


def unpack(packed: bytes) -> Inbound:
    """The message again that `pack` wrote."""
    channel, external_id, words, files = json.loads(packed.removeprefix(_PACKED))
    words["claims"] = [Claim(**claim) for claim in words["claims"]]
    words["sent_at"] = datetime.fromisoformat(words["sent_at"]) if words["sent_at"] else None
    words["conversation_id"] = UUID(words["conversation_id"]) if words["conversation_id"] else None
    words["main_id"] = UUID(words["main_id"]) if words.get("main_id") else None
    uploads = [Upload(name, base64.b64decode(content)) for name, content in files]
    return Inbound(channel=channel, external_id=external_id, uploads=uploads, **words)
