"""No regular expression of the program takes more than linear time, whatever the cell holds.

Growth is judged, not seconds: eight times the length may cost some eight times the time (a square costs 64 times).
"""

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.hostile.patterns import attacks, only_anchored

ROOT = Path(__file__).parents[2]
SHORT, LONG = 1_000, 8_000
MOST_GROWTH = 24.0  # between 8 (linear) and 64 (a square)
NOTICED = 0.02  # seconds; below that the clock is all one measures
BY_MODELS = ("reviewer/llm/", "reviewer/suggesters/model_")  # what a model writes has no end: not even anchored ones
STOP = 2.0  # seconds of CPU; what is not done by then is exponential


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timer that interrupts a match on this system")
def test_no_pattern_is_worn_out() -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "tests.hostile.patterns"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    patterns = json.loads(printed)
    assert len(patterns) > 300
    assert {prefix for prefix in BY_MODELS for _, _, place in patterns if place.startswith(prefix)} == set(BY_MODELS)
    anchored = [(p, f, place, None if not place.startswith(BY_MODELS) else False) for p, f, place in patterns]
    slow = [found for pattern, flags, place, a in anchored if (found := _slow(pattern, flags, place, anchored=a))]
    assert not slow, "\n".join(slow)


def test_the_attack_finds_what_it_looks_for() -> None:
    """The square and the exponential pattern that this test was written for."""
    assert _slow(r"\d+人", 0, "none.py:1", anchored=False)
    assert _slow(r"(?:指标值|指标|目标值|目标|值|类)+$", 0, "none.py:1", anchored=False)
    assert not _slow(r"(?:指标|目标|值|类){1,6}$", 0, "none.py:1", anchored=False)


def _slow(pattern: str, flags: int, place: str, *, anchored: bool | None = None) -> str:
    compiled = re.compile(pattern, flags)
    anchored = only_anchored(place) if anchored is None else anchored
    matchers = [compiled.match] if anchored else [compiled.match, compiled.search]
    for prefix, pump, suffix in attacks(pattern, flags):
        for match in matchers:
            growth = _growth(match, lambda n, parts=(prefix, pump, suffix): _text(*parts, n))
            if growth > MOST_GROWTH:
                return f"{place}: {match.__name__} {pattern[:80]!r} on {prefix[:20]!r} + {pump!r} × n: ×{growth:.0f}"
    return ""


def _text(prefix: str, pump: str, suffix: str, length: int) -> str:
    return prefix + pump * max(length // len(pump), 1) + suffix


def _growth(match: Callable[[str], object], text: Callable[[int], str]) -> float:
    """Time of the long text by time of the short one; infinite where a match does not end."""
    if any(_seconds(match, text(n)) >= STOP for n in (24, 32, 60)):
        return float("inf")
    long = _seconds(match, text(LONG))
    if long < NOTICED:
        return 1.0
    # Another program may have had the processor: the best of three counts. A reading below what the clock can tell (it
    # may go in steps of milliseconds) is no reading.
    short = min(_seconds(match, text(SHORT)) for _ in range(3))
    return min(long, *(_seconds(match, text(LONG)) for _ in range(2))) / max(short, NOTICED * SHORT / LONG)


class _Stop(Exception):
    pass


def _stop(*_: object) -> None:
    raise _Stop


def _seconds(match: Callable[[str], object], text: str) -> float:
    before = signal.signal(signal.SIGVTALRM, _stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, STOP)
    start = time.process_time()
    try:
        match(text)
    except _Stop:
        return STOP
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
    return time.process_time() - start
