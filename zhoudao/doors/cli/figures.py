"""`zhoudao figures check|rebuild|export`: are the boards' figures right, counting anew, their days."""

import argparse
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from zhoudao.doors.cli import Refused

DONE, REFUSED = 0, 1
_SHOWN = 20
_MOST_DAYS = 366


def register(subparsers: Any) -> None:
    """This will add the command."""
    figures = subparsers.add_parser("figures", help="check the boards' counted figures, or count them anew")
    actions = figures.add_subparsers(dest="action", metavar="ACTION", required=True)
    checking = actions.add_parser("check", help="compare with a count of all cases; exit code 1 where they differ")
    checking.set_defaults(run=check)
    anew = actions.add_parser("rebuild", help="count anew; boards recount from the cases until it is done")
    anew.set_defaults(run=rebuild_all)
    taking = actions.add_parser("export", help="write every figure's days to a file")
    taking.add_argument("file", type=Path, metavar="FILE")
    taking.add_argument("--format", choices=("csv", "xlsx"), default="csv")
    taking.add_argument("--store", metavar="CODE", default="", help="a store's, instead of the company's")
    taking.add_argument("--days", type=int, metavar="N", default=90, help="how many days back (90)")
    taking.set_defaults(run=export)


def check(arguments: argparse.Namespace) -> int:
    """This will count what is new, then everything, and say what differs."""
    from zhoudao.ground.installation import clock
    from zhoudao.rooms.tallies.commands import differences, sweep

    at, zone = clock.now(), clock.zone().key
    while sweep(at=at, zone=zone):
        pass
    found = differences(at=at, zone=zone)
    for (day, store, team, channel, figure, bucket), kept, counted in found[:_SHOWN]:
        print(f"{day} {store} {team} {channel} {figure} {bucket}: kept {kept}, counted {counted}")
    print(f"{len(found)} differ; `zhoudao figures rebuild` counts anew" if found else "all as counted")
    return REFUSED if found else DONE


def rebuild_all(arguments: argparse.Namespace) -> int:
    """This will count everything anew, saying how far it is."""
    from zhoudao.ground.installation import clock
    from zhoudao.rooms.tallies.commands import rebuild

    done = 0
    for number, looked_at in enumerate(rebuild(at=clock.now(), zone=clock.zone().key)):
        done += looked_at
        if number % 10 == 0:
            print(f"{done:,} cases counted …", file=sys.stderr, flush=True)
    print(f"{done:,} cases counted")
    return DONE


def export(arguments: argparse.Namespace) -> int:
    """This will write every figure's days to a file.

    Raises: Refused
    """
    from zhoudao.ground.accounts.models import Store
    from zhoudao.ground.installation import clock
    from zhoudao.kit.sheets import written
    from zhoudao.rooms.targets.exporting import HEADER, rows_of_days
    from zhoudao.rooms.targets.history import whole_days

    store = Store.objects.filter(code=arguments.store).first() if arguments.store else None
    if arguments.store and store is None:
        raise Refused(f"There is no store {arguments.store!r}; the settings page lists the codes.")
    if not 1 <= arguments.days <= _MOST_DAYS:
        raise Refused(f"--days lies between 1 and {_MOST_DAYS}.")
    today = whole_days(store.id if store else None, clock.now())
    rows = list(rows_of_days(store, since=today - timedelta(days=arguments.days), until=today))
    content = written(arguments.format, "Figures", [str(name) for name in HEADER], rows)
    try:
        arguments.file.write_bytes(content)
    except OSError as error:
        raise Refused(f"{arguments.file} cannot be written: {error}") from error
    print(f"{len(rows):,} rows written to {arguments.file}")
    return DONE
