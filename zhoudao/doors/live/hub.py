"""Open streams and what is sent to them. One event loop, so no locks."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from zhoudao.ground.accounts.viewer import Viewer

_QUEUE = 500


@dataclass(eq=False)
class Stream:
    """One open page: a colleague's desk (`viewer`), a customer's conversation (`conversation_id`), a store's queue."""

    viewer: Viewer | None = None
    session_key: str = ""
    conversation_id: UUID | None = None
    visitor: str = ""
    store_id: UUID | None = None
    frames: asyncio.Queue[bytes | None] = field(default_factory=lambda: asyncio.Queue(_QUEUE))

    def send(self, frame: bytes) -> None:
        """This will queue a frame; a page that does not keep up is hung up on and connects anew."""
        try:
            self.frames.put_nowait(frame)
        except asyncio.QueueFull:
            self.hang_up()

    def hang_up(self) -> None:
        """This will end the stream."""
        while not self.frames.empty():
            self.frames.get_nowait()
        self.frames.put_nowait(None)


class Hub:
    """All open streams of this process."""

    def __init__(self) -> None:
        self.streams: set[Stream] = set()
        self._count = 0

    def desks(self) -> list[Stream]:
        """Colleagues' streams."""
        return [stream for stream in self.streams if stream.viewer is not None]

    def customers(self, conversation_id: UUID) -> list[Stream]:
        """Customers' streams of one conversation."""
        return [stream for stream in self.streams if stream.conversation_id == conversation_id]

    def in_store(self, store_id: UUID) -> list[Stream]:
        """Pages that show a store's queue."""
        return [stream for stream in self.streams if stream.store_id == store_id]

    def frame(self, event: str, data: str) -> bytes:
        """One server-sent event with a rising id."""
        self._count += 1
        lines = "".join(f"data: {line}\n" for line in data.splitlines() or [""])
        return f"id: {self._count}\nevent: {event}\n{lines}\n".encode()

    def tell(self, streams: Iterable[Stream], event: str, data: str) -> None:
        """This will send one event to these streams."""
        frame = self.frame(event, data)
        for stream in streams:
            stream.send(frame)


PING = b": ping\n\n"
