"""Messages to one person about coming in, mail, lists and standing in: made up."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from g40flow.domain.messages import MailBounce, SignInMail
from g40flow.domain.personal_lists import ListLine, PassedOn, PersonalList, StandingIn, StoodIn
from g40flow.domain.preferences import Gathering, Topic
from g40flow.render.access_messages import AccessRenderer
from g40flow.render.messages import MessageRenderer
from g40flow.render.preference_messages import PreferenceRenderer
from g40flow.render.samples.items import HOSTILE, SEEN_AT, TODAY
from g40flow.render.samples.sample import Sample
from g40flow.resources import resource

PORTAL = "https://portal.example"
NOTE = ListLine(
    topic=Topic.DOSSIER,
    summary="2026-014 Wet regie volkshuisvesting: Ivo van Opzet zette dit door naar Ambtelijke afstemming",
    url=f"{PORTAL}/dossiers/7",
    at=SEEN_AT,
)
FOLLOWED = ListLine(
    topic=Topic.FOLLOWED_ITEM,
    summary="Besluit urgentie: De termijn is verlengd van 10 naar 17 december 2026.",
    url=f"{PORTAL}/items/12",
    at=SEEN_AT + timedelta(hours=2),
)
DAILY = PersonalList(
    gathering=Gathering.DAILY,
    lines=(NOTE, FOLLOWED),
    stood_in=(),
    more=0,
    today=TODAY,
    portal_url=PORTAL,
    preferences_url=f"{PORTAL}/voorkeuren",
)
DECIDED = StoodIn(
    number="2026-014",
    title="Wet regie volkshuisvesting",
    position="approve",
    deputy_name="Uma van Karton",
    at=SEEN_AT,
    url=f"{PORTAL}/board/5",
)
STANDING_IN = StandingIn(
    away_name="Kim Modelman",
    from_on=date(2026, 12, 14),
    until_on=date(2026, 12, 24),
    roles=(("board_member", ""), ("theme_group_lead", "Woningmarkt")),
    is_over=False,
    today=TODAY,
    url=f"{PORTAL}/work",
)


def messages_to_people() -> Iterator[Sample]:
    """Every message about coming in, mail, lists and standing in."""
    templates = resource("templates")
    until = datetime(2026, 12, 9, 9, 30, tzinfo=UTC)
    link = SignInMail(name="Anna Testerink", url=f"{PORTAL}/sign-in/link/geheim", until=until)
    yield Sample("sign_in_link", "usual", AccessRenderer(templates).sign_in_link(link))
    bounce = MailBounce(
        person="kim-modelman",
        name="Kim Modelman",
        reason="550 5.1.1 <!channel> no such user",
        since=SEEN_AT,
        portal_url=f"{PORTAL}/messages?audience=person:kim-modelman",
    )
    yield Sample("mail_bounced", "usual", MessageRenderer(templates).mail_bounced(bounce))
    yield from _lists(PreferenceRenderer(templates))


def _lists(renderer: PreferenceRenderer) -> Iterator[Sample]:
    back = replace(DAILY, gathering=Gathering.RETURN, stood_in=(DECIDED,))
    hostile = replace(NOTE, topic=None, summary=HOSTILE.title, url="javascript:alert(1)")
    lists = {
        "daily": DAILY,
        "weekly_one": replace(DAILY, gathering=Gathering.WEEKLY, lines=(NOTE,)),
        "return": back,
        "return_only_decided": replace(back, lines=()),
        "many": replace(DAILY, lines=tuple(replace(NOTE, summary="lang " * 60) for _ in range(25)), more=7),
        "hostile": replace(DAILY, lines=(hostile,)),
    }
    for case, view in lists.items():
        yield Sample("personal_list", case, renderer.personal_list(view))
    passed_on = PassedOn(
        line=replace(NOTE, topic=Topic.DECISION, summary="Jouw besluit gevraagd: 2026-014 Wet regie"),
        away_name="Kim Modelman",
        away_until=date(2026, 12, 24),
        today=TODAY,
    )
    yield Sample("passed_on", "usual", renderer.passed_on(passed_on))
    over = replace(passed_on, line=replace(passed_on.line, summary="", url=f"{PORTAL}/work"))
    yield Sample("passed_on", "over", renderer.passed_on(over))
    cases = {
        "begins": STANDING_IN,
        "no_roles": replace(STANDING_IN, roles=()),
        "over": replace(STANDING_IN, is_over=True),
    }
    for case, standing_in in cases.items():
        yield Sample("standing_in", case, renderer.standing_in(standing_in))
