"""`zhoudao demo`: a company to look at, and dialogues played through its running web chat."""

import argparse
import json
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zhoudao.doors.cli import Refused

if TYPE_CHECKING:
    from zhoudao.doors.cli.demo_company import Made
    from zhoudao.doors.cli.demo_replay import Pace, Played


class _GivenToken(argparse.Action):
    """With a token in hand the replay needs no database, only HTTP."""

    def __call__(self, parser: Any, namespace: Any, values: Any, option: Any = None) -> None:
        namespace.token, namespace.django = values, False


def register(subparsers: Any) -> None:
    """This will add the command."""
    parser = subparsers.add_parser(
        "demo",
        help="found the demo company, or replay dialogues through the running web chat",
        description="Without --replay: founds the demo company on a fresh installation. With it: plays FILE (JSON "
        "lines, gzipped or not: id, turns of customer and helpdesk, satisfaction) through the running product over "
        "HTTP. Playing the same file again goes on where it stopped and doubles nothing.",
    )
    parser.add_argument(
        "what", nargs="?", choices=["past"], help="past: live the company's last months, beside `zhoudao up`"
    )
    parser.add_argument("--replay", type=Path, metavar="FILE", help="the dialogues to play")
    parser.add_argument(
        "--speed", type=float, default=60.0, metavar="N", help="how much faster than life (60); 0: no waits"
    )
    parser.add_argument("--limit", type=int, default=0, metavar="N", help="only the first N dialogues")
    parser.add_argument("--concurrency", type=int, default=24, metavar="N", help="how many dialogues at once (24)")
    parser.add_argument("--url", default="", metavar="URL", help="where the product answers (http://127.0.0.1:$PORT)")
    parser.add_argument("--token", default="", action=_GivenToken, help="a demo:replay token, instead of making one")
    parser.add_argument(
        "--ledger", type=Path, metavar="FILE", help="note here what the product acknowledged (JSON lines)"
    )
    parser.add_argument(
        "--replay-orders", type=Path, metavar="DIR", help="orders to live again (orders, order_items, customers as CSV)"
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """This will found the company, or replay a file; 1 when a dialogue could not be played to its end.

    Raises: Refused
    """
    if arguments.what == "past":
        return _live_past(as_json=arguments.json)
    if arguments.replay_orders is not None:
        from zhoudao.doors.cli import demo_orders_replay

        return demo_orders_replay.run(arguments)
    if arguments.replay is None:
        if not ensure_company():
            print("The demo company is there already. Play dialogues with: zhoudao demo --replay FILE")
        return 0
    if arguments.speed < 0 or arguments.limit < 0 or arguments.concurrency < 1:
        raise Refused("--speed and --limit cannot be negative, --concurrency is at least 1.")
    played = _replay(arguments)
    if arguments.json:
        print(json.dumps(asdict(played), ensure_ascii=False))
    else:
        _tell(played)
    return 1 if played.troubles else 0


def ensure_company() -> bool:
    """This will found the demo company with a day of its life to be played; False when it is there already.

    Raises: Refused
    """
    from zhoudao.doors.cli import demo_company, demo_day

    if not demo_company.exists() and demo_day.has_life():
        raise Refused("This installation has cases of its own. Use a fresh ZHOUDAO_HOME for the demo company.")
    made = demo_day.found()
    if made is not None:
        _introduce(made)
    return made is not None


def _live_past(*, as_json: bool) -> int:
    """Raises: Refused"""
    from zhoudao.doors.cli import demo_company, demo_past

    if not demo_company.exists():
        raise Refused("There is no demo company here. Found it first: zhoudao demo")
    while True:
        gone = demo_past.go_on(seconds=1.0)
        if sys.stderr.isatty():
            bar = "█" * (40 * gone.lived // gone.cases)
            why = " · the analyst is at work" if gone.waits else ""
            print(f"\r{bar:░<40} {gone.lived}/{gone.cases} cases{why} ", end="", file=sys.stderr, flush=True)
        if gone.is_over:
            break
        time.sleep(1.0 if gone.waits else 0.0)
    said = {"cases": gone.cases}
    print(json.dumps(said) if as_json else f"The company's past is lived: {gone.cases} cases.")
    return 0


def _replay(arguments: argparse.Namespace) -> "Played":
    import asyncio
    import os

    from zhoudao.doors.cli import demo_dialogues, demo_replay

    dialogues = demo_dialogues.schedule(demo_dialogues.read(arguments.replay, arguments.limit))
    url = arguments.url or f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"
    _require_answer(url)
    token = arguments.token or _own_token()
    pace = _pace(arguments)
    try:
        return asyncio.run(
            demo_replay.replay(
                dialogues,
                url=url,
                token=token,
                pace=pace,
                concurrency=arguments.concurrency,
                ledger=arguments.ledger,
            )
        )
    finally:
        if not arguments.token:
            _calm(arguments.speed)


def _require_answer(url: str) -> None:
    import httpx

    try:
        httpx.get(f"{url}/healthz", timeout=10, trust_env=False).raise_for_status()
    except httpx.HTTPError as error:
        raise Refused(f"Nothing answers at {url} ({error}). Start `zhoudao up` first, or give --url.") from error


def _own_token() -> str:
    from zhoudao.doors.cli import demo_day

    return demo_day.replay_token()


def _pace(arguments: argparse.Namespace) -> "Pace":
    from zhoudao.doors.cli.demo_replay import Pace

    if arguments.token:
        return Pace(arguments.speed, time.monotonic())
    from zhoudao.doors.cli import demo_day

    return demo_day.hurry(arguments.speed)


def _calm(speed: float) -> None:
    from django.db import Error

    from zhoudao.doors.cli import demo_day

    try:
        demo_day.calm(speed)
    except Error as error:
        print(f"The company's clock could not be slowed down again: {error}", file=sys.stderr)


def _tell(played: "Played") -> None:
    if sys.stderr.isatty():
        print(file=sys.stderr)
    parts = ", ".join(f"{count} {what}" for what, count in sorted(played.counts.items())) or "nothing was left to play"
    print(f"{played.done} of {played.dialogues} dialogues played: {parts}; {played.retried} requests tried again.")
    if played.wordless:
        print(f"{played.wordless} turns without words were left out: a chat message must say something.")
    for trouble in played.troubles[:20]:
        print(f"  {trouble}", file=sys.stderr)


def _introduce(made: "Made") -> None:
    print("\n  The demo company's people, all with the password (shown only now):  " + made.password)
    for address, who in made.people:
        print(f"    {address:<34} {who}")
    print("  A day of theirs plays by itself in the first minute after the start.\n", flush=True)
