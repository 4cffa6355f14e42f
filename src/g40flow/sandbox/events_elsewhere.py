"""What can happen at the publishers beside the Tweede Kamer and internetconsultatie.nl."""

from dataclasses import replace
from datetime import timedelta

from g40flow.sandbox.event_table import BadEvent, Scene, Words, happening
from g40flow.sandbox.world.model import AMSTERDAM
from g40flow.sandbox.world.papers import JournalEntry, PressItem
from g40flow.sandbox.world.senate import PHASES, Point, SenateMeeting, SenateVote, in_words


@happening("senate", "Een commissie van de Eerste Kamer stelt een inbrengdatum vast")
def set_senate_input(
    scene: Scene,
    *,
    committee: str = "iw_vro",
    bill: str = "36.512",
    round: str = "verslag",
    in_days: int = 14,
) -> str:
    """On the page of the committee's last or next meeting. in_days: calendar days from today."""
    senate = scene.world.contents.senate
    own = sorted((m for m in senate.meetings.values() if m.committee == committee), key=lambda m: m.day)
    if not own:
        raise BadEvent(f"commissie {committee} vergadert niet")
    day = scene.today + timedelta(days=in_days)
    decision = f"Inbreng voor het {round} wordt geleverd op {in_words(day)}."
    point = Point(reference=bill, subject=senate.bills[bill].title, decision=decision)
    meeting = own[-1]
    others = tuple(known for known in meeting.points if known.reference != bill)
    senate.meetings[meeting.key] = replace(meeting, points=(*others, point))
    return f"Inbreng voor “{senate.bills[bill].title}” in de Eerste Kamer op {in_words(day)}"


@happening("senate", "Nieuwe vergadering van een commissie van de Eerste Kamer")
def new_senate_meeting(
    scene: Scene, *, committee: str = "fin", bill: str = "36.902", in_days: int = 8, clock: str = "14.00"
) -> str:
    """in_days: calendar days from today. clock: "14.00"."""
    senate = scene.world.contents.senate
    point = Point(reference=bill, subject=senate.bills[bill].title)
    day = scene.today + timedelta(days=in_days)
    meeting = SenateMeeting(day=day, committee=committee, clock=clock, points=(point,))
    senate.meetings[meeting.key] = meeting
    return f"Commissie voor {senate.committees[committee].name} vergadert op {in_words(day)}"


@happening("senate", "Verplaats een vergadering van een commissie van de Eerste Kamer")
def move_senate_meeting(scene: Scene, *, committee: str = "iw_vro", days: int = 7) -> str:
    """The next one; the page of its day no longer has it."""
    senate = scene.world.contents.senate
    meeting = _next_meeting(scene, committee)
    del senate.meetings[meeting.key]
    moved = replace(meeting, day=meeting.day + timedelta(days=days))
    senate.meetings[moved.key] = moved
    name = senate.committees[committee].name
    return f"De vergadering van de commissie voor {name} gaat naar {in_words(moved.day)}"


@happening("senate", "Zeg een vergadering van een commissie van de Eerste Kamer af")
def cancel_senate_meeting(scene: Scene, *, committee: str = "iw_vro") -> str:
    """The next one is gone from its page."""
    senate = scene.world.contents.senate
    meeting = _next_meeting(scene, committee)
    del senate.meetings[meeting.key]
    name = senate.committees[committee].name
    return f"De vergadering van de commissie voor {name} op {in_words(meeting.day)} gaat niet door"


@happening("senate", "Een wetsvoorstel gaat verder in de Eerste Kamer")
def advance_senate_bill(scene: Scene, *, bill: str = "36.512") -> str:
    """To the next heading of the lists of its committees."""
    senate = scene.world.contents.senate
    known = senate.bills[bill]
    later = replace(known, phase=min(known.phase + 1, len(PHASES) - 1))
    senate.bills[bill] = later
    return f"“{known.title}”: {PHASES[later.phase]}"


@happening("senate", "De Eerste Kamer stemt over een wetsvoorstel")
def vote_in_senate(
    scene: Scene,
    *,
    bill: str = "36.576",
    result: str = "Aangenomen",
    voted_for: Words = ("CDA", "D66", "VVD", "PRO"),
    voted_against: Words = ("PVV", "FVD"),
) -> str:
    """result: Aangenomen or Verworpen. Sides: names of parliamentary groups."""
    senate = scene.world.contents.senate
    title = senate.bills[bill].title
    vote = SenateVote(
        day=scene.today, number=bill, result=result, voted_for=voted_for, voted_against=voted_against
    )
    senate.votes = (*senate.votes, vote)
    return f"De Eerste Kamer heeft “{title}” {result.lower()}"


@happening("elsewhere", "Publicatie in de Staatscourant")
def publish_in_journal(
    scene: Scene,
    *,
    key: str = "stcrt-2026-39001",
    title: str = "Tijdelijke regeling specifieke uitkering woningbouw middelgrote gemeenten",
    intro: str = "Gemeenten kunnen tot het eind van het jaar een bijdrage vragen voor betaalbare woningen.",
    by: str = "Ministerie van Volkshuisvesting en Ruimtelijke Ordening",
) -> str:
    """key: identifier of the publication."""
    journal = scene.world.contents.journal
    if key in journal:
        raise BadEvent(f"publicatie {key} bestaat al")
    journal[key] = JournalEntry(
        identifier=key, title=title, journal="Staatscourant", maker=by, day=scene.today, abstract=intro
    )
    return f"{key} in de Staatscourant: “{title}”"


@happening("elsewhere", "Nieuwsbericht van de Rijksoverheid")
def publish_news(
    scene: Scene,
    *,
    key: str = "betaalbare-woningen",
    title: str = "Extra geld voor betaalbare woningbouw in steden",
    intro: str = "Gemeenten krijgen een bijdrage voor woningbouw en de aanpak van het woningtekort.",
    feed: str = "/ministeries/ministerie-van-volkshuisvesting-en-ruimtelijke-ordening/nieuws.rss",
) -> str:
    """feed: path of the feed."""
    at = scene.now.astimezone(AMSTERDAM).replace(tzinfo=None)
    press = scene.world.contents.press
    press[key] = PressItem(key=key, title=title, text=f"<p>{intro}</p>", feeds=(feed,), at=at)
    return f"Nieuwsbericht “{title}”"


def _next_meeting(scene: Scene, committee: str) -> SenateMeeting:
    own = [m for m in scene.world.contents.senate.meetings.values() if m.committee == committee]
    coming = [meeting for meeting in own if meeting.day >= scene.today]
    if not coming:
        raise BadEvent(f"commissie {committee} heeft geen vergadering op de agenda")
    return min(coming, key=lambda meeting: meeting.day)
