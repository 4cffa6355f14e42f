"""Prints docs/exceptions.md: where each exception begins, what happens, who hears it, which test walks it."""

from collections.abc import Mapping
from typing import NamedTuple

from g40flow.domain.dossier.words import ExceptionCode as Code
from tests.walks import test_exceptions
from tests.walks.world import WALKS


class Row(NamedTuple):
    """What people meet of one exception."""

    begins: str
    happens: str
    hears: str


EXCEPTIONS: Mapping[Code, Row] = {
    Code.LATE_DETECTED: Row(
        "by itself, when a dossier is opened after O+2",
        "the plan is scaled or urgent; the days that were lost are counted",
        "whoever opens the dossier or its card",
    ),
    Code.URGENT: Row(
        "under ten working days the plan proposes it; the lead accepts or declines with a reason",
        "core group or no call, both reviews side by side, the chair may decide under a mandate",
        "everybody involved; cards say *spoed*; messages leave at once",
    ),
    Code.HOLIDAY_TERM: Row(
        "by itself, when much of the term is recess; or by hand",
        "a warning, who is away and by whom replaced, and an example letter that asks for more time",
        "the card in the channel, the page of the dossier",
    ),
    Code.EXTENDED: Row(
        "the publisher, or an agreed day on the page of the item",
        "old and new day kept, the plan counted again, a call can be opened again",
        "one notice to each channel and person involved, also by mail",
    ),
    Code.SHORTENED: Row(
        "as `extended`",
        "as `extended`; under ten working days the urgent procedure is proposed",
        "as `extended`",
    ),
    Code.REOPENED: Row(
        "a new consultation of the same chain with nearly the same title; or by hand with a number",
        "both are linked, with the new day",
        "everybody involved",
    ),
    Code.WITHDRAWN: Row(
        "the publisher, or a step of the secretariat",
        "calls, rounds and tasks are called off; with reason and source; closed or parked by people",
        "everybody involved",
    ),
    Code.SUSPENDED: Row(
        "a step of the secretariat, with a reason",
        "no deadline counts until somebody resumes it; then the plan is counted from that day",
        "everybody involved, at both moments",
    ),
    Code.JOINT_LETTER: Row(
        "the lead chooses a response with partners",
        "each partner has a state of its own for the very text; a new text asks all of them again",
        "partners see their own part; handing in waits for them",
    ),
    Code.NO_RESPONSE: Row(
        "a step of the lead or the chair of the pillar, with a code and a reason",
        "a window for objections, after which the dossier can be closed; an objection takes it back",
        "the channels, followers, whose work it is and who chairs the pillar; an objection leaves at once",
    ),
    Code.DISSENT: Row(
        "an answer of a city to a call, behind its own link; or by hand",
        "listed for the board, out of the public text unless the city wants it mentioned",
        "secretary and pen holder; the board on its page and in its requests",
    ),
    Code.HELD_OVER: Row(
        "the secretary of the board records it, with the new day; or time was over and somebody objected",
        "the day stands on the dossier, and whether it is after the deadline",
        "whoever was asked, pen holder, lead, secretaries, chair of the pillar",
    ),
    Code.POST_ADOPTION_CHANGE: Row(
        "a new version after adoption; its writer must say what kind of change it is",
        "substantive: the adoption is void and the board decides again; editorial: logged with both hashes",
        "everybody whom the decision concerned",
    ),
    Code.MISSED: Row(
        "by itself, on the working day after closing, when nothing was handed in",
        "the secretariat says why, and closes it or goes on with a late letter",
        "secretariat, secretary, lead and pen holder, also in a recess on the next working moment",
    ),
    Code.CONFIDENTIAL: Row(
        "who edits the dossier, with a reason and the list of readers",
        "for all others it does not exist; channels keep a neutral line; no public register",
        "readers and pen holder only",
    ),
    Code.PERSONAL_DATA_FOUND: Row(
        "by itself when the pack is prepared, or by hand; after handing in by a step",
        "handing in is blocked; afterwards a clean version is handed in again",
        "who works on the submission",
    ),
    Code.WRONG_GROUP: Row(
        "the secretariat sends the dossier to other groups, with a reason",
        "cards move along; the correction is kept as an example to learn from",
        "old and new channels",
    ),
    Code.DUPLICATE: Row(
        "the secretariat merges two dossiers, with a reason",
        "items, groups, partners and followers go over; what was asked is called off; both keep their link",
        "followers of both, and the channels",
    ),
    Code.CONTROVERSIAL: Row(
        "the secretariat, with the decision of the Chamber",
        "the dossier is parked; a campaign can be started from it",
        "everybody involved",
    ),
}


def walked_by() -> dict[Code, list[str]]:
    """Per code the tests that walk it through portal, Slack and mail."""
    found: dict[Code, list[str]] = {}
    for name, test in vars(test_exceptions).items():
        for code in getattr(test, WALKS, ()):
            found.setdefault(code, []).append(name)
    return found


def exceptions_page() -> str:
    """docs/exceptions.md."""
    walks = walked_by()
    lines = [
        "# Exceptions",
        "",
        "What does not go as usual with a dossier, as people meet it. Printed from",
        "`tests/docs/exceptions.py` by `python -m tests.docs.printed`; a test fails when a code of",
        "`ExceptionCode` has no row or no walk. A walk, in `tests/walks/test_exceptions.py`, goes through",
        "the served portal as a browser does, Slack's stand-in over its socket, and a mail server.",
        "",
        "| code | where it begins | what happens | who hears it | walked by |",
        "| --- | --- | --- | --- | --- |",
    ]
    for code, row in EXCEPTIONS.items():
        tests = ", ".join(f"`{name}`" for name in walks.get(code, ()))
        lines.append(f"| `{code}` | {row.begins} | {row.happens} | {row.hears} | {tests} |")
    return "\n".join([*lines, ""])
