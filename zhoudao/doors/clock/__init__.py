"""Time knocks too: promises due, timers, snoozed cases, grace periods, pages, queues, mailboxes, sweeps."""

from zhoudao.doors.clock.rounds import run_forever

__all__ = ["run_forever"]
