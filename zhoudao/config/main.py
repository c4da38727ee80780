"""The `zhoudao` command."""

import argparse
import contextlib
import importlib
import importlib.util
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from zhoudao.config.lifeline import heed_parent
from zhoudao.doors.cli import COMMANDS, MODULES, Refused

PROCESSES = {
    "web": "serve pages and the API on $PORT",
    "live": "serve live updates on the port after $PORT",
    "worker": "work off jobs and events",
    "clock": "knock when something is due",
    "analyst": "mine, classify and report",
}
_EPILOG = """\
environment:
  ZHOUDAO_HOME   where the installation keeps its data (./.zhoudao)
  PORT, BIND     where pages are served (8000, 127.0.0.1); live updates on the next port
  DATABASE_URL   a PostgreSQL of your own instead of the embedded one; DATABASE_OWNER_URL: the role that migrates
  ZHOUDAO_PREPARE  how often a statement is sent before the server prepares it (5); 0: never, for some poolers
  WORKERS        how many worker processes (1);  WEB_WORKERS: how many web processes (2)
  DEMO=0         no demo company on the first start;  DEMO_PAST=0: one without a past of months

exit codes: 0 done, 1 refused, 2 misused
"""

_BEHIND = "The database is not at this version. Run `zhoudao migrate` first; `zhoudao up` does it by itself."
_MISSING = ("42P01", "42703")  # PostgreSQL's codes: a table, a column


def home() -> Path:
    """The installation's folder."""
    return Path(os.environ.get("ZHOUDAO_HOME", ".zhoudao")).resolve()


def main(arguments: Sequence[str] | None = None) -> int:
    """This will run one command; returns its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    parsed = _parser(given[0] if given else "").parse_args(given)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhoudao.config.settings")
    try:
        with contextlib.ExitStack() as stack:
            _ready(parsed, stack)
            return _run(parsed)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader, such as `head`, had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except _refusals() as refusal:
        print(f"zhoudao {parsed.command}: {refusal}", file=sys.stderr)
        return 1


def _run(parsed: argparse.Namespace) -> int:
    """While the database is still there to be asked. Raises: Refused where it lacks what this version needs."""
    try:
        return int(parsed.run(parsed) or 0)
    except Exception as error:
        if _is_behind(error):
            raise Refused(_BEHIND) from error
        raise


def _parser(asked: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="zhoudao",
        description="周到 Zhoudao: customer service that runs, listens and improves.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    up = commands.add_parser("up", help="start everything: database, web, live, worker, clock, analyst")
    up.set_defaults(run=_up, django=False)
    migrate = commands.add_parser("migrate", help="bring the database to this version, as its owner")
    migrate.set_defaults(run=_migrate, django=False)
    commands.add_parser("welcome").set_defaults(run=_welcome)  # a step of `up`, not for people
    for name, text in PROCESSES.items():
        commands.add_parser(name, help=text, description=f"This will {text}.").set_defaults(run=_process)
    for name in COMMANDS if asked not in commands.choices else ():
        module = f"zhoudao.doors.cli.{MODULES.get(name, name)}"
        if asked == name or (asked not in COMMANDS and importlib.util.find_spec(module)):
            importlib.import_module(module).register(commands)
    return parser


def _up(parsed: argparse.Namespace) -> int:
    from zhoudao.config import up

    return up.up(home())


def _migrate(parsed: argparse.Namespace) -> int:
    from zhoudao.config import assets, migrating, up

    with up.database(home(), say=_whisper) as environment:
        os.environ.update(environment)
        migrating.migrate()
        assets.collect()
        assets.describe()
    return 0


def _welcome(parsed: argparse.Namespace) -> int:
    from zhoudao.config import welcome

    welcome.welcome()
    return 0


def _process(parsed: argparse.Namespace) -> int:
    from zhoudao.config import processes

    body: Callable[[], None] = getattr(processes, parsed.command)
    body()
    return 0


def _ready(parsed: argparse.Namespace, stack: contextlib.ExitStack) -> None:
    """This will make database and apps ready for a command; web and live load the apps in their own workers."""
    from zhoudao.config import up

    needs_django = getattr(parsed, "django", True)
    if parsed.command in PROCESSES:
        heed_parent(signal.SIGKILL)
        os.environ.update(up.running_database(home()))
        needs_django = parsed.command not in ("web", "live")
    elif needs_django or getattr(parsed, "database", False):
        os.environ.update(stack.enter_context(up.database(home(), say=_whisper)))
    if needs_django:
        import django

        django.setup()


def _refusals() -> tuple[type[Exception], ...]:
    """Errors that are answers; looked up late, because most commands never load these modules."""
    from django.core.exceptions import ImproperlyConfigured

    from zhoudao.config.keys import KeysMissing
    from zhoudao.config.pg_binaries import NoPostgres
    from zhoudao.config.ports import PortTaken
    from zhoudao.config.postgres import DatabaseTrouble
    from zhoudao.config.up import AlreadyUp, StartFailed

    return (
        Refused, ImproperlyConfigured, KeysMissing, NoPostgres, PortTaken, DatabaseTrouble, AlreadyUp, StartFailed,
    )  # fmt: skip


def _is_behind(error: Exception) -> bool:
    """Whether something was not found in the database that a migration will bring."""
    from zhoudao.config import migrating

    return getattr(error.__cause__, "sqlstate", "") in _MISSING and migrating.is_behind()


def _whisper(text: str) -> None:
    print(text, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
