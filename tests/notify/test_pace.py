"""Pacing: never more acts in any stretch of time than allowed, and no waiting without need."""

from hypothesis import given
from hypothesis import strategies as st

from g40flow.notify.pace import Pace


class Waiting:
    """Seconds that go up by waiting."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds


@given(
    st.integers(min_value=1, max_value=4),
    st.lists(st.integers(min_value=0, max_value=5), max_size=30),
)
def test_no_stretch_has_more_acts_than_allowed(calls: int, pauses: list[int]) -> None:
    time, acts = Waiting(), []
    pace = Pace(calls=calls, seconds=3, clock=time.now, sleep=time.sleep)

    for pause in pauses:
        time.sleep(pause)
        pace.wait()
        acts.append(time.seconds)

    assert all(later - earlier >= 3 for earlier, later in zip(acts, acts[calls:], strict=False))


def test_what_comes_late_enough_does_not_wait() -> None:
    time = Waiting()
    pace = Pace(calls=1, seconds=1, clock=time.now, sleep=time.sleep)
    pace.wait("a")
    time.sleep(1)

    pace.wait("a")
    pace.wait("b")

    assert time.seconds == 1


def test_an_act_that_takes_long_counts_from_its_end() -> None:
    time = Waiting()
    pace = Pace(calls=1, seconds=1, clock=time.now, sleep=time.sleep)
    pace.wait("a")
    time.sleep(0.5)
    pace.over("a")

    pace.wait("a")

    assert time.seconds == 1.5
