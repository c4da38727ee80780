"""`zhoudao figures check|rebuild`: whether the boards' counted figures are right, and counting them anew."""

import argparse
import sys
from typing import Any

DONE, REFUSED = 0, 1
_SHOWN = 20


def register(subparsers: Any) -> None:
    """This will add the command."""
    figures = subparsers.add_parser("figures", help="check the boards' counted figures, or count them anew")
    actions = figures.add_subparsers(dest="action", metavar="ACTION", required=True)
    checking = actions.add_parser("check", help="compare with a count of all cases; exit code 1 where they differ")
    checking.set_defaults(run=check)
    anew = actions.add_parser("rebuild", help="count anew; boards recount from the cases until it is done")
    anew.set_defaults(run=rebuild_all)


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
