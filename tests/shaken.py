"""A plugin for pytest: now and then a delivery, a flow, a step or an answer takes its time, as on a busy machine.

A test, too, looks late at times: what was so for a moment only has passed by then. `make shaken` finds the tests that ask for an
order, or for a promptness, which nobody promises. CI is without it.
"""

from __future__ import annotations

import functools
import random
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import flask

from app import engine
from app.engine_places import Places
from sandbox import courier, slack_wire
from tests import waiting

P = ParamSpec("P")
R = TypeVar("R")
#: How often something is slow, and for how many seconds at most. A person's press must be answered within three.
ODDS, LONGEST = 0.3, 1.2
ODDS_OF_AN_ANSWER, LONGEST_ANSWER = 0.1, 0.5
ODDS_OF_A_LOOK, LONGEST_LOOK = 0.5, 2.0
#: Not the global one, which Hypothesis sets back.
CHANCE = random.Random()


def slow(function: Callable[P, R], odds: float = ODDS, longest: float = LONGEST) -> Callable[P, R]:
    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if CHANCE.random() < odds:
            time.sleep(CHANCE.uniform(longest / 10, longest))
        return function(*args, **kwargs)

    return run


# Looked up at each call: the rooms have marked their flows and steps before any plugin is there.
Places.taken = slow(Places.taken)
engine._until_done = slow(engine._until_done)
courier.send = slow(courier.send)
slack_wire._deliver = slow(slack_wire._deliver)
flask.Flask.full_dispatch_request = slow(flask.Flask.full_dispatch_request, ODDS_OF_AN_ANSWER, LONGEST_ANSWER)
waiting.eventually = slow(waiting.eventually, ODDS_OF_A_LOOK, LONGEST_LOOK)
