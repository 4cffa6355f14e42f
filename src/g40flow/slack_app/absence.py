"""Being away, from Slack: from when until when, and who stands in; and being back earlier."""

from collections.abc import Sequence
from datetime import date

from g40flow.domain.errors import InvalidInput
from g40flow.domain.instants import dutch_date
from g40flow.domain.items import Json
from g40flow.domain.network import Person
from g40flow.render.slack_views import MOST_OPTIONS, Choice
from g40flow.slack_app.answers import Answer, Instead, Open, Say
from g40flow.slack_app.dispatch import Table
from g40flow.slack_app.turn import Turn
from g40flow.storage.access import effective_people, names_of_people
from g40flow.storage.preferences import absences_of
from g40flow.use_cases.preferences.absence import AbsenceRequest, be_away, be_back

NOBODY = "-"
"""Value of the choice to have no deputy."""


def open_absence(turn: Turn) -> Answer:
    """When somebody is away as known now, and a form for a further absence."""
    return Open(view=_view(turn))


def keep_absence(turn: Turn) -> Answer:
    """Note that somebody will be away. Raises InvalidInput at the field that is wrong."""
    deputy = turn.done.text("deputy")
    wanted = AbsenceRequest(
        from_on=_day(turn, "from_on"),
        until_on=_day(turn, "until_on"),
        deputy="" if deputy == NOBODY else deputy,
    )
    app = turn.app
    try:
        with turn.writing() as session:
            row = be_away(
                session,
                app.network,
                app.calendars,
                turn.actor.person,
                wanted,
                actor=turn.actor,
                now=turn.now,
            )
            roles, names = len(row.grants), names_of_people(session, app.network)
    except InvalidInput as wrong:
        raise InvalidInput(f"away_{wrong.code}", str(wrong), field=wrong.field) from wrong
    said = {"from_on": wanted.from_on, "until_on": wanted.until_on, "roles": roles}
    return Say(
        text=turn.views.confirmation("away_noted", deputy=names.get(wanted.deputy, wanted.deputy), **said)
    )


def end_absence(turn: Turn) -> Answer:
    """Back earlier, or not away after all; the window shows what is left."""
    number = turn.done.value
    if not number.isascii() or not number.isdecimal() or len(number) > 15:
        raise InvalidInput("slack_value", f"no absence: {number!r}")
    app = turn.app
    with turn.writing() as session:
        be_back(session, app.network, app.calendars, int(number), actor=turn.actor, now=turn.now)
    if turn.done.view_type == "modal":
        return Instead(view=_view(turn))
    return Say(text=turn.views.confirmation("back_again"))


def _view(turn: Turn) -> dict[str, Json]:
    with turn.reading() as session:
        rows = absences_of(session, turn.actor.person, turn.now)
        people = effective_people(session, turn.app.network)
        names = names_of_people(session, turn.app.network)
    values = {
        "absences": [
            {
                "id": row.id,
                "from_on": row.from_on,
                "until_on": row.until_on,
                "deputy": names.get(row.deputy, row.deputy),
                "roles": len(row.grants),
            }
            for row in rows
        ],
        "today": dutch_date(turn.now),
        "nobody": NOBODY,
        "deputies": [
            Choice(one.slug, one.name) for one in _deputies(people, turn.actor.person, dutch_date(turn.now))
        ],
        "is_cut": len(people) > MOST_OPTIONS,
        "url": f"{turn.portal}/voorkeuren#afwezig",
    }
    return turn.views.modal("absence", values)


def _deputies(people: Sequence[Person], person: str, today: date) -> list[Person]:
    """Who could stand in: first who shares a city, group or pillar; a menu of Slack has a hundred places."""
    own = {held.scope for one in people if one.slug == person for held in one.roles if held.is_held_on(today)}

    def nearness(other: Person) -> tuple[bool, str]:
        shares = any(held.scope in own for held in other.roles if held.is_held_on(today))
        return not shares, other.name.casefold()

    others = sorted((one for one in people if one.slug != person), key=nearness)
    return others[: MOST_OPTIONS - 1]


def _day(turn: Turn, field: str) -> date:
    if (chosen := turn.done.day(field)) is None:
        raise InvalidInput("no_date", "expected a day, found nothing", field=field)
    return chosen


ABSENCE = Table(
    actions={"absence": open_absence, "absence_end": end_absence}, submissions={"absence": keep_absence}
)
