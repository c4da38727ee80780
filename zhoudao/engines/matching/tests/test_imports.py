"""The heavy library is loaded by who plans a day anew, and by nobody else."""

import subprocess
import sys

_SERVING = """
import sys
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhoudao.config.settings")
import django
django.setup()
from django.urls import get_resolver
get_resolver().reverse_dict
import zhoudao.rooms.fieldwork.commands.replanning
import zhoudao.doors.clock.rounds
from random import Random
from zhoudao.engines.matching import plan
heavy = ("ortools", "numpy", "pandas", "google.protobuf")
assert [name for name in heavy if name in sys.modules] == []
plan([], [], at=0, rng=Random(1))
assert "ortools.sat.python.cp_model" in sys.modules
"""


def test_pages_and_clock_hold_no_solver_until_somebody_plans() -> None:
    done = subprocess.run([sys.executable, "-c", _SERVING], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
