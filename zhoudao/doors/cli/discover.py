"""`zhoudao discover LOG --out FILE.bpmn`: the process of any log as a flow that can be drawn on, deployed and run."""

import argparse
import sys
from pathlib import Path

from zhoudao.doors.cli import Refused
from zhoudao.doors.cli.diagnose import DONE, MISUSED, add_columns, read_given, say

NOISE = 0.2


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds `discover`."""
    parser = subparsers.add_parser(
        "discover",
        help="draw the process of any log as a BPMN flow",
        description="Finds a sound flow in a log of events (Inductive Miner – infrequent) and writes it as a .bpmn "
        "file that the studio opens. With --noise 0 every case of the log can go through it.",
    )
    add_columns(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the .bpmn file to write")
    parser.add_argument(
        "--noise", type=float, default=NOISE, metavar="SHARE", help=f"leave out what is rarer than this ({NOISE})"
    )
    parser.set_defaults(run=discover, django=False)


def discover(given: argparse.Namespace) -> int:
    """Writes the flow. Raises: Refused"""
    if not given.log.is_file() or not 0 <= given.noise <= 1:
        what = f"{given.log}: there is no such file." if not given.log.is_file() else "--noise is a share from 0 to 1."
        print(what, file=sys.stderr)
        return MISUSED
    from zhoudao.conduct.insight.flow_file import TreeTooLarge, to_bpmn
    from zhoudao.engines.mining.discovering import TooManyActivities, TooManySteps
    from zhoudao.engines.mining.discovering import discover as found_in

    read = read_given(given)
    say("drawing …")
    try:
        content = to_bpmn(found_in(read.log, given.noise), given.log.name.split(".")[0])
    except (TooManyActivities, TooManySteps, TreeTooLarge) as refusal:
        raise Refused(f"{given.log}: {refusal}") from refusal
    draft = given.out.with_suffix(given.out.suffix + ".part")
    draft.write_bytes(content)
    draft.replace(given.out)
    say(f"{given.out}: open it in the studio, or try it: zhoudao flow run {given.out}")
    return DONE
