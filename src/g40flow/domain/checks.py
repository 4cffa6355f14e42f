"""One point that `g40flow doctor` looks at."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Check:
    """What one look at a publisher or channel says about its set-up or an open question.

    what: the expectation. found: what was seen. advice: what to do, "" if ok. All Dutch; found may
    hold text from outside, made harmless and short.
    """

    what: str
    ok: bool
    found: str
    advice: str = ""
