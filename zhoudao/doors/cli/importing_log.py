"""`zhoudao import log FILE`: a process log of any size as a report on the desk; the analyst makes it."""

import argparse
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from zhoudao.doors.cli import Refused
from zhoudao.doors.cli.diagnose import add_columns, read_given, say

if TYPE_CHECKING:
    from zhoudao.conduct.insight.models import Report
    from zhoudao.ground.accounts.viewer import Viewer

_PATIENCE, _LOOK_S, _WIDE = timedelta(seconds=20), 0.3, 40


def register(kinds: Any) -> None:
    """This will add the command."""
    parser = kinds.add_parser(
        "log",
        help="a process log of any size, as a report on the desk",
        description="Reads a log of events (CSV, Excel, Parquet, XES, OCEL 2.0) as `zhoudao diagnose` does, keeps it "
        "sealed, and has the analyst make a report of it, to be read and filtered under Diagnosis. Rows that cannot be "
        "read are said by number and left out. The file itself is not kept.",
    )
    add_columns(parser)
    parser.add_argument("--name", help="what the report is called (the file's name)")
    parser.add_argument("--for", dest="owner", metavar="MAIL", help="who asks (the first administrator)")
    parser.add_argument("--no-wait", action="store_true", help="do not wait until the report is made")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """This will put a log on the desk; 1 when no report could be made of it.

    Raises: Refused
    """
    from zhoudao.conduct.insight.kept import keep_whole
    from zhoudao.conduct.insight.mapped import stored
    from zhoudao.conduct.insight.reporting import ask_report_of_log
    from zhoudao.ground.installation import clock

    if not arguments.log.is_file():
        raise Refused(f"{arguments.log}: there is no such file.")
    if arguments.zone not in available_timezones():
        raise Refused(f"--zone {arguments.zone}: there is no such time zone; write e.g. Asia/Shanghai.")
    viewer = _viewer(arguments.owner)
    read = read_given(arguments)
    if not len(read.log):
        raise Refused(f"{arguments.log}: no row of it could be read as an event.")
    say("sealing …")
    report = ask_report_of_log(
        name=(arguments.name or arguments.log.name)[:120], zone=arguments.zone, mapping=stored(read),
        keep=lambda one: keep_whole(one, read.log), viewer=viewer, at=clock.now(),
    )  # fmt: skip
    print(f"/desk/insight/{report.id}/")
    return 0 if arguments.no_wait else _watched(report, _bar(sys.stderr.isatty()))


def _viewer(mail: str | None) -> "Viewer":
    """Who asks: they must be allowed to read reports. Raises: Refused"""
    from zhoudao.ground.accounts import viewer as viewers
    from zhoudao.ground.accounts.models import User

    if mail:
        user = User.objects.filter(email__iexact=mail, is_active=True).first()
    else:
        everywhere = {"grants__role": "administrator", "grants__store": None, "grants__team": None}
        user = User.objects.filter(is_active=True, **everywhere).order_by("id").first()
    if user is None:
        raise Refused(f"There is nobody called {mail}." if mail else "There is no administrator yet: say --for MAIL.")
    viewer = viewers.of_user(user)
    if not viewer.may("insight:read"):
        raise Refused(f"{user.email} may not read reports.")
    return viewer


def _watched(report: "Report", shown: Callable[[int], None]) -> int:
    """Shows how far the report is until it is made; gives up waiting where nobody makes it."""
    begun = time.monotonic()
    while True:
        report.refresh_from_db()
        shown(report.percent)
        if report.state == "done":
            say(f"made: {report.cases or 0:,} cases, {report.events or 0:,} events")
            return 0
        if report.state == "failed":
            say(f"not made: {report.fault}")
            return 1
        if report.state == "asked" and time.monotonic() - begun > _PATIENCE.total_seconds():
            say("It waits for the analyst: the report is made as soon as `zhoudao up` runs.")
            return 0
        time.sleep(_LOOK_S)


def _bar(is_seen: bool) -> Callable[[int], None]:
    """A bar on the terminal; nothing where nobody looks."""

    def shown(percent: int) -> None:
        if is_seen:
            bar = "#" * (_WIDE * percent // 100)
            end = "\n" if percent == 100 else "\r"
            print(f"report [{bar:<{_WIDE}}] {percent:3} %", end=end, file=sys.stderr, flush=True)

    return shown
