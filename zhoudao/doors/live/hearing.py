"""Hears the database, tells the pages. Changes within a blink are told once."""

import asyncio
import json
import logging
from collections.abc import Callable
from time import monotonic
from typing import Any
from uuid import UUID

import psycopg
from asgiref.sync import sync_to_async
from django.db import close_old_connections

from zhoudao.doors.live import showing
from zhoudao.doors.live.entry import still_welcome, visitor
from zhoudao.doors.live.hub import PING, Hub, Stream
from zhoudao.ground.eventlog import listening
from zhoudao.ground.live import presence
from zhoudao.rooms.cases.commands.holding import may_see
from zhoudao.rooms.cases.models import Case

_BLINK_SECONDS = 0.03
_PING_SECONDS = 15.0
_CHECK_SECONDS = 3.0
_PRESENCE_SECONDS = 40.0
_log = logging.getLogger(__name__)


class Ears:
    """The tasks behind the streams."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self._changed: set[UUID] = set()
        self._spoken: set[UUID] = set()
        self._paged: set[UUID] = set()
        self._runs: set[UUID] = set()
        self._visits: set[UUID] = set()
        self._wake = asyncio.Event()
        self._met: set[Stream] = set()
        self._people: dict[str, dict[str, tuple[str, str, float]]] = {}

    async def run(self) -> None:
        """This will listen, tell, ping and check until cancelled."""
        await asyncio.gather(self._listen(), self._tell_changes(), self._ping(), self._check())

    async def _listen(self) -> None:
        while True:
            try:
                connection = await psycopg.AsyncConnection.connect(autocommit=True, **listening.parameters())
                async with connection:
                    await connection.execute(f"LISTEN {listening.CHANNEL}")
                    await connection.execute(f"LISTEN {presence.CHANNEL}")
                    self.hub.tell(self.hub.streams, "refresh", "{}")  # whatever was missed is read anew
                    async for notice in connection.notifies():
                        self._hear(notice.channel, notice.payload)
            except psycopg.OperationalError:
                _log.warning("The database is away; listening again soon.")
                await asyncio.sleep(0.5)

    def _hear(self, channel: str, payload: str) -> None:
        if channel == presence.CHANNEL:
            self._hear_presence(json.loads(payload))
            return
        type_, kind, id_ = payload.split("|")
        if kind in ("case", "conversation"):
            self._changed.add(UUID(id_))
            if type_.startswith("conversations."):
                self._spoken.add(UUID(id_))
            elif type_ == "cases.MemberPaged":
                self._paged.add(UUID(id_))
            self._wake.set()
        elif kind == "run":
            self._runs.add(UUID(id_))
            self._wake.set()
        elif kind == "incident":
            self.hub.tell(self.hub.desks(), "incident", json.dumps({"incident": id_}))
        elif kind in ("visit", "line"):
            self._visits.add(UUID(id_))
            self._wake.set()

    async def _tell_changes(self) -> None:
        while True:
            await self._wake.wait()
            await asyncio.sleep(_BLINK_SECONDS)
            self._wake.clear()
            changed, self._changed = self._changed, set()
            spoken, self._spoken = self._spoken, set()
            paged, self._paged = self._paged, set()
            runs, self._runs = self._runs, set()
            visits, self._visits = self._visits, set()
            try:
                await self._tell_flows(list(runs))
                await self._tell_stores(list(visits))
                self._tell_customers(spoken)
                await self._tell_paged(list(paged))
                await self._tell_desks(list(changed))
            except Exception:  # one change that cannot be shown must not silence all others
                _log.exception("A change could not be shown; pages read it anew.")
                self.hub.tell(self.hub.streams, "refresh", "{}")

    async def _tell_desks(self, changed: list[UUID]) -> None:
        desks = self.hub.desks()
        readers = set().union(*map(showing.readers_of, desks))
        if not readers or not changed:
            return
        for case, change in await _in_thread(showing.look_up, changed, readers):
            frames = {reader: self.hub.frame("case", html) for reader, html in change.rows.items()}
            note = self.hub.frame("thread", showing.thread_note(change))
            for stream in desks:
                if stream.viewer and may_see(stream.viewer, case):
                    stream.send(frames[showing.reader_of(stream, case)])
                    stream.send(note)

    async def _tell_flows(self, runs: list[UUID]) -> None:
        if runs and self.hub.desks():
            for case_id in await _in_thread(showing.cases_of_runs, runs):
                await self._to_desks_of(case_id, "flow", json.dumps({"case": str(case_id)}))

    async def _tell_stores(self, visits: list[UUID]) -> None:
        if visits and any(stream.store_id for stream in self.hub.streams):
            for store_id in await _in_thread(showing.stores_of, visits):
                self.hub.tell(self.hub.in_store(store_id), "queue", "{}")

    async def _tell_paged(self, paged: list[UUID]) -> None:
        if not paged:
            return
        for member_id, words in await _in_thread(showing.calls, paged):
            for stream in self.hub.desks():
                if stream.viewer and stream.viewer.user_id == member_id:
                    self.hub.tell([stream], "page", words[stream.viewer.language])

    def _tell_customers(self, spoken: set[UUID]) -> None:
        for conversation_id in spoken:
            told = self.hub.customers(conversation_id)
            if told:
                self.hub.tell(told, "message", json.dumps({"conversation": str(conversation_id)}))
        if spoken:
            for stream in [stream for stream in self.hub.streams if stream.visitor and not stream.conversation_id]:
                asyncio.get_running_loop().create_task(self._find_conversation(stream))

    async def _find_conversation(self, stream: Stream) -> None:
        found = await _in_thread(visitor, stream.visitor)
        if found is not None and found.conversation_id is not None:
            stream.conversation_id = found.conversation_id
            self.hub.tell([stream], "message", json.dumps({"conversation": str(found.conversation_id)}))

    def _hear_presence(self, said: dict[str, str]) -> None:
        if said["about"] == "notice":
            whose = UUID(said["id"])
            self.hub.tell([s for s in self.hub.desks() if s.viewer and s.viewer.user_id == whose], "notice", "{}")
            return
        if said["about"] == "conversation":
            conversation_id = UUID(said["id"])
            if said["who"] == "colleague":
                self.hub.tell(self.hub.customers(conversation_id), "typing", json.dumps({"name": said["name"]}))
            else:
                asyncio.get_running_loop().create_task(self._customer_types(conversation_id))
            return
        people = self._people.setdefault(said["id"], {})
        if said["state"] == "left":
            people.pop(said["who"], None)
        else:
            people[said["who"]] = said["name"], said["state"], monotonic() + _PRESENCE_SECONDS
        asyncio.get_running_loop().create_task(self._tell_presence(said["id"]))

    async def _tell_presence(self, case_id: str) -> None:
        people = self._people.get(case_id, {})
        for who in [who for who, (_, _, until) in people.items() if until < monotonic()]:
            del people[who]
        faces = self._faces(case_id)
        if not people:
            self._people.pop(case_id, None)
        await self._to_desks_of(UUID(case_id), "presence", faces)

    async def _show_people(self) -> None:
        """Faces for desks that have just opened; and away with those nobody has heard of for a while."""
        fresh = [stream for stream in self.hub.desks() if stream not in self._met]
        self._met = set(self.hub.desks())
        for case_id, people in list(self._people.items()):
            if any(until < monotonic() for _, _, until in people.values()):
                await self._tell_presence(case_id)
        if not fresh or not self._people:
            return
        for case, _ in await _in_thread(showing.look_up, [UUID(case_id) for case_id in self._people], set()):
            seeing = [stream for stream in fresh if stream.viewer and may_see(stream.viewer, case)]
            self.hub.tell(seeing, "presence", self._faces(str(case.id)))

    def _faces(self, case_id: str) -> str:
        people = self._people.get(case_id, {})
        here = [{"id": who, "name": name, "typing": state == "typing"} for who, (name, state, _) in people.items()]
        return json.dumps({"case": case_id, "people": here})

    async def _customer_types(self, conversation_id: UUID) -> None:
        await self._to_desks_of(conversation_id, "typing", json.dumps({"conversation": str(conversation_id)}))

    async def _to_desks_of(self, id_: UUID, event: str, data: str) -> None:
        found: list[tuple[Case, Any]] = await _in_thread(showing.look_up, [id_], set())
        for case, _ in found:
            told = [s for s in self.hub.desks() if s.viewer and may_see(s.viewer, case)]
            self.hub.tell(told, event, data)

    async def _ping(self) -> None:
        while True:
            await asyncio.sleep(_PING_SECONDS)
            for stream in list(self.hub.streams):
                stream.send(PING)

    async def _check(self) -> None:
        while True:
            await asyncio.sleep(_CHECK_SECONDS)
            try:
                welcome = await _in_thread(still_welcome, self.hub.desks())
                await self._show_people()
            except Exception:
                _log.exception("Rights could not be checked; trying again.")
                continue
            for stream, may_stay in welcome.items():
                if not may_stay:
                    stream.hang_up()


async def _in_thread(work: Callable[..., Any], *args: Any) -> Any:
    def fresh() -> Any:
        close_old_connections()
        try:
            return work(*args)
        finally:
            close_old_connections()

    return await sync_to_async(fresh, thread_sensitive=True)()
