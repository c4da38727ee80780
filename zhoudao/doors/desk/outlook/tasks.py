"""Forecasts are learned and said in the analyst's process, the only one that loads numpy."""

from datetime import datetime

from procrastinate.contrib.django import app

from zhoudao.ground.installation.clock import now

QUEUE = "analyst"


@app.task(name="outlook.learn", queue=QUEUE)
def learn(at: str) -> None:
    """Learns from the past, once a day; chance is thrown by the day, so that the same past gives the same forecast."""
    import numpy as np

    from zhoudao.conduct.insight.foretelling import learn_outlook

    moment = datetime.fromisoformat(at)
    learn_outlook(at=moment, rng=np.random.default_rng(moment.toordinal()))
    foretell(at)


@app.task(name="outlook.foretell", queue=QUEUE)
def foretell(at: str) -> None:
    """Says of every open case what is to be expected, and moves in line who is to go first; safe to repeat."""
    from zhoudao.conduct.insight.foretelling import foretell as say
    from zhoudao.rooms.cases.commands.foretelling import hurry_risky

    moment = max(now(), datetime.fromisoformat(at))
    say(at=moment)
    hurry_risky(at=moment)


@app.task(name="outlook.look_for_demand", queue=QUEUE)
def look(at: str) -> None:
    """Looks where demand is sudden, or no more; safe to repeat."""
    from zhoudao.conduct.insight.demand import look_for_demand

    look_for_demand(at=datetime.fromisoformat(at))
