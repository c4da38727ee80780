"""Imagined cases to judge plans by: a city, engineers, visits."""

from random import Random

from zhoudao.engines.matching import Job, Shift, Worker

SKILLS, BRANDS = ("washer", "fridge", "heater", "air"), ("haibo", "lemen", "mido")
_DAY, _KM = 1440, 1 / 111  # minutes; degrees of latitude


def workers(rng: Random, count: int, days: int) -> list[Worker]:
    """Engineers within 25 km of a city's middle, each with one to three skills, at work from 8 to 12 and 13 to 18."""
    found = []
    for n in range(count):
        shifts = []
        for day in range(days):
            if rng.random() < 0.9 or days == 1:
                start = day * _DAY
                shifts += [Shift(day, start + 480, start + 720), Shift(day, start + 780, start + 1080)]
        found.append(
            Worker(
                key=f"w{n:02}",
                start=spot(rng),
                skills=frozenset(rng.sample(SKILLS, rng.randint(1, 3))),
                brands=frozenset(rng.sample(BRANDS, 2)) if rng.random() < 0.3 else frozenset(),
                certified={"gas": rng.choice([days * _DAY, _DAY // 2])} if rng.random() < 0.5 else {},
                radius_km=rng.choice([20, 35, 60]),
                a_day=rng.choice([4, 6, 8]),
                shifts=tuple(shifts),
            )
        )
    return found


def jobs(rng: Random, count: int, days: int) -> list[Job]:
    """Visits all over the city: half a day, a day or all days wide; some of them promised at a time."""
    found = []
    for n in range(count):
        day, minutes = rng.randrange(days), rng.choice([30, 45, 60, 90])
        first, last = rng.choice([(480, 720), (780, 1080), (480, 1080), (480, 1080)])
        is_promised = rng.random() < 0.15
        earliest = day * _DAY + (rng.randrange(first, last - minutes, 15) if is_promised else first)
        until = day if rng.random() < 0.6 else days - 1
        found.append(
            Job(
                key=f"j{n:03}",
                place=spot(rng),
                minutes=minutes,
                earliest=earliest,
                latest=earliest + minutes if is_promised else until * _DAY + last,
                skill=rng.choice(SKILLS),
                brand=rng.choice(BRANDS) if rng.random() < 0.2 else "",
                certification="gas" if rng.random() < 0.1 else "",
                is_promised=is_promised,
                had=f"w{rng.randrange(3):02}" if is_promised and rng.random() < 0.5 else "",
            )
        )
    return found


def spot(rng: Random) -> tuple[float, float]:
    """Somewhere in the city."""
    return 31.2 + rng.uniform(-25, 25) * _KM, 121.4 + rng.uniform(-25, 25) * _KM
