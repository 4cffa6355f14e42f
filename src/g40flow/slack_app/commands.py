"""The slash command: everything short, seen only by who typed it."""

from collections.abc import Callable, Mapping

from g40flow.domain.dossier.rights import Right, has_right
from g40flow.domain.instants import dutch_date
from g40flow.slack_app.absence import open_absence
from g40flow.slack_app.answers import Answer, Say
from g40flow.slack_app.campaigns import contact_by_command, find_position
from g40flow.slack_app.dispatch import Table
from g40flow.slack_app.preferences import open_preferences
from g40flow.slack_app.turn import Turn
from g40flow.slack_app.waiting import waiting_lines
from g40flow.storage.dossiers import dossier_with_number
from g40flow.storage.items import ItemSearch, groups_of_items, search_items
from g40flow.use_cases.dossier.desk import open_to_read, roles_on
from g40flow.use_cases.messages_about_dossiers import DossierViews

COMMAND = "/g40flow"
SHOWN = 8
"""Lines of an answer; the rest is behind the link."""
LONGEST_SEARCH = 100


def run(turn: Turn) -> Answer:
    """The first word says what; without a word, or with one we do not know, help."""
    word, _, rest = turn.done.value.partition(" ")
    if turn.done.value.casefold().startswith("mijn werk"):
        word = "mijn"
    return _ACTS.get(word.casefold(), _help)(turn, rest.strip())


def _help(turn: Turn, _: str) -> Answer:
    known = turn.done.value.split(" ")[0].casefold() in ("", "help")
    return _page(turn, "help", {"command": turn.done.name, "asked": "" if known else turn.done.value})


def _search(turn: Turn, words: str) -> Answer:
    words = words[:LONGEST_SEARCH]
    if not words:
        return _help(turn, "")
    with turn.reading() as session:
        rows, total = search_items(session, ItemSearch(text=words, limit=SHOWN))
        groups = groups_of_items(session, [row.id for row in rows if row.id is not None])
    portal = turn.portal
    lines = [
        {
            "title": row.title,
            "url": f"{portal}/items/{row.id}",
            "kind": row.kind_label,
            "closes_on": row.agreed_closes_on or row.closes_on,
            "groups": [_short_name(turn, slug) for slug in groups.get(row.id or 0, [])],
        }
        for row in rows
    ]
    values = {
        "words": words,
        "lines": lines,
        "more": total - len(rows),
        "portal": portal,
        "today": dutch_date(turn.now),
    }
    return _page(turn, "found", values)


def _my_work(turn: Turn, _: str) -> Answer:
    with turn.reading() as session:
        lines = waiting_lines(turn.app, session, turn.actor, turn.now)
    values = {
        "lines": lines[:SHOWN],
        "more": max(0, len(lines) - SHOWN),
        "portal": turn.portal,
        "today": dutch_date(turn.now),
    }
    return _page(turn, "my_work", values)


def _dossier(turn: Turn, number: str) -> Answer:
    number = number.strip("#. ")[:20]
    with turn.reading() as session:
        found = dossier_with_number(session, number)
        if found is None or found.id is None:
            return Say(text=turn.views.explanation("no_such_dossier", number=number))
        open_to_read(session, found.id, turn.actor)
        view = DossierViews(desk=turn.app.desk, portal_url=turn.portal).dossier(session, found.id, turn.now)
        may_extend = has_right(Right.EXTEND_ROUND, roles_on(session, found, turn.actor))
    return _page(turn, "dossier", {"view": view, "may_extend": may_extend, "title_length": 250})


def _short_name(turn: Turn, slug: str) -> str:
    group = turn.app.network.group(slug)
    return slug if group is None else group.short_name


def _page(turn: Turn, name: str, values: Mapping[str, object]) -> Say:
    text, blocks = turn.views.page(name, values)
    return Say(text=text, blocks=blocks)


_ACTS: Mapping[str, Callable[[Turn, str], Answer]] = {
    "zoek": _search,
    "dossier": _dossier,
    "mijn": _my_work,
    "werk": _my_work,
    "contact": contact_by_command,
    "standpunt": find_position,
    "boodschap": find_position,
    "voorkeuren": lambda turn, _: open_preferences(turn),
    "afwezig": lambda turn, _: open_absence(turn),
}

COMMANDS = Table(commands={COMMAND: run})
