"""A message a second in a channel: each waits for a turn of its own, in order, and asks Slack only then."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.clients.slack_pace import Pace
from app.engine_outcomes import pause
from app.errors import TURN, Unavailable
from app.settings import Settings

BURST = Settings().slack_burst


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pace(clock: Clock) -> Pace:
    return Pace(BURST, clock)


def wait(pace: Pace, mark: str, channel: str = "C1") -> float:
    """Seconds until it may go; 0 where it went."""
    try:
        pace.ask(channel, mark)
    except Unavailable as error:
        return error.retry_after or 0.0
    return 0.0


def test_a_burst_goes_at_once_and_the_others_a_second_apart(pace: Pace) -> None:
    waits = [wait(pace, str(number)) for number in range(BURST + 3)]

    assert waits == [0.0] * BURST + [1.0, 2.0, 3.0]


def test_a_message_goes_at_its_turn_however_many_came_after_it(pace: Pace, clock: Clock) -> None:
    for number in range(BURST + 50):
        wait(pace, str(number))

    clock.now += 1.0

    assert wait(pace, str(BURST)) == 0.0
    assert wait(pace, str(BURST + 1)) == pytest.approx(1.0)


def test_asking_early_changes_no_turn(pace: Pace, clock: Clock) -> None:
    for number in range(BURST):
        wait(pace, str(number))
    assert wait(pace, "early") == pytest.approx(1.0)

    clock.now += 0.4

    assert wait(pace, "early") == pytest.approx(0.6)
    assert wait(pace, "next") == pytest.approx(1.6)


def test_who_has_to_wait_is_told_that_nothing_was_sent(pace: Pace) -> None:
    for number in range(BURST):
        wait(pace, str(number))

    with pytest.raises(Unavailable, match="Other messages go into C1 first") as raised:
        pace.ask("C1", "waits")

    assert raised.value.limit == TURN
    assert not raised.value.perhaps_done


def test_each_channel_has_turns_of_its_own(pace: Pace) -> None:
    for number in range(BURST + 5):
        wait(pace, str(number))

    assert wait(pace, "elsewhere", "C2") == 0.0


def test_after_a_pause_a_burst_may_come_again(pace: Pace, clock: Clock) -> None:
    for number in range(BURST):
        wait(pace, str(number))

    clock.now += 60.0

    assert [wait(pace, f"later {number}") for number in range(BURST)] == [0.0] * BURST


def test_what_slack_refused_goes_when_slack_said_and_new_ones_after_it(pace: Pace, clock: Clock) -> None:
    assert wait(pace, "refused") == 0.0

    pace.refused("C1", "refused", 30.0)

    assert wait(pace, "refused") == pytest.approx(30.0)
    assert wait(pace, "new") == pytest.approx(31.0)
    assert wait(pace, "newer") == pytest.approx(32.0)
    clock.now += 30.0
    assert wait(pace, "refused") == 0.0
    assert wait(pace, "new") == pytest.approx(1.0)


def test_each_refusal_puts_off_all_that_waits_so_one_process_asks_once_a_second(pace: Pace, clock: Clock) -> None:
    for number in range(BURST + 3):
        wait(pace, str(number))
    clock.now += 1.0
    assert wait(pace, str(BURST)) == 0.0

    pace.refused("C1", str(BURST), 1.0)

    clock.now += 1.0
    assert wait(pace, str(BURST)) == 0.0
    assert wait(pace, str(BURST + 1)) == pytest.approx(1.0)
    assert wait(pace, str(BURST + 2)) == pytest.approx(2.0)


@given(pauses=st.lists(st.floats(0.0, 3.0), max_size=40))
def test_never_more_than_a_burst_and_one_a_second(pauses: list[float]) -> None:
    clock = Clock()
    pace, gone = Pace(BURST, clock), []
    for number, seconds in enumerate(pauses):
        clock.now += seconds
        if not (left := wait(pace, str(number))):
            gone.append(clock.now)
        else:
            gone.append(clock.now + left)
    gone.sort()

    for first in range(len(gone)):
        for last in range(first, len(gone)):
            assert last - first + 1 <= BURST + (gone[last] - gone[first]) + 1e-6


@pytest.mark.parametrize("tries", [0, 1, 12])
def test_who_waits_for_a_turn_comes_exactly_then(tries: int) -> None:
    assert pause(Unavailable("others first", 0.25, limit=TURN), tries, Settings()) == 0.25
