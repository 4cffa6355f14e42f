"""What can happen in the sandbox; see event_table, and events_elsewhere for the smaller publishers."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

from g40flow.sandbox import events_archives, events_elsewhere, events_votes
from g40flow.sandbox.event_table import (
    EVENTS,
    TOPICS,
    BadEvent,
    Event,
    EventValue,
    Scene,
    Words,
    happening,
    play,
)
from g40flow.sandbox.world.faults import PUBLISHERS, Fault, fault_label
from g40flow.sandbox.world.model import AMSTERDAM, Consultation, ConsultationDocument, Entity, Response
from g40flow.sandbox.world.parliament import (
    NO_LINKS,
    Activity,
    AgendaPoint,
    Case,
    agenda_links,
    agenda_point_entity,
    deleted,
    guid,
    utc_instant,
)
from g40flow.sandbox.world.reading import Shift, read_activity, read_case, read_consultation

__all__ = [
    "EVENTS", "TOPICS", "BadEvent", "Event", "EventValue", "Scene", "events_archives", "events_elsewhere",
    "events_votes", "play",
]  # fmt: skip

UNCHANGED = Shift()


# --- consultations -----------------------------------------------------------------------------


@happening("consultation", "Nieuwe consultatie")
def new_consultation(
    scene: Scene,
    *,
    slug: str = "tijdelijkehuisvesting",
    title: str = "Wijziging van het Besluit bouwwerken leefomgeving (tijdelijke huisvesting)",
    intro: str = "Gemeenten kunnen sneller tijdelijke woningen toestaan, ook op bedrijventerreinen.",
    kind: str = "AMvB",
    by: str = "VRO",
    working_days: int = 25,
    themes: Words = ("Huisvesting",),
    topics: Words = ("Bouwen en verbouwen",),
) -> str:
    """working_days: how many there are left, today not counted."""
    world = scene.world
    if slug in world.consultations:
        raise BadEvent(f"consultatie {slug} bestaat al")
    every = list(world.consultations.values())
    closes_on = _working_day(scene.today, working_days)
    raw = {
        "slug": slug,
        "title": title,
        "intro": intro,
        "kind": kind,
        "by": by,
        "term": f"{scene.today}..{closes_on}",
        "themes": themes,
        "topics": topics,
    }
    world.consultations[slug] = read_consultation(
        raw,
        UNCHANGED,
        number=1 + max((c.number for c in every), default=5_000),
        first_document=_next_document(every),
    )
    return f"Nieuwe consultatie “{title}”, sluit {_shown(closes_on)}"


@happening("consultation", "Verleng de termijn")
def extend_consultation(scene: Scene, *, slug: str = "", calendar_days: int = 14) -> str:
    item = _consultation(scene, slug)
    closes_on = item.closes_on + timedelta(days=calendar_days)
    _keep(scene, replace(item, closes_on=closes_on))
    return f"“{item.title.strip()}” verlengd tot {_shown(closes_on)}"


@happening("consultation", "Verkort de termijn")
def shorten_consultation(scene: Scene, *, slug: str = "", calendar_days: int = 10) -> str:
    item = _consultation(scene, slug)
    closes_on = max(scene.today, item.closes_on - timedelta(days=calendar_days))
    _keep(scene, replace(item, closes_on=closes_on))
    return f"“{item.title.strip()}” verkort: sluit {_shown(closes_on)}"


@happening("consultation", "Trek een consultatie in")
def withdraw_consultation(scene: Scene, *, slug: str = "", page: str = "closed") -> str:
    """page: "closed" leaves a page that says so before its time, "gone" a 404."""
    item = _consultation(scene, slug)
    if page not in {"closed", "gone"}:
        raise BadEvent(f"page is closed of gone, niet {page}")
    messages = (*item.messages, ("Consultatie ingetrokken", scene.today))
    _keep(scene, replace(item, messages=messages, gone=page == "gone", closed_early=page == "closed"))
    return f"“{item.title.strip()}” ingetrokken"


@happening("consultation", "Open een gesloten consultatie opnieuw")
def reopen_consultation(scene: Scene, *, slug: str = "", calendar_days: int = 14) -> str:
    item = _consultation(scene, slug, is_open=False)
    closes_on = scene.today + timedelta(days=calendar_days)
    _keep(scene, replace(item, closes_on=closes_on, closed_early=False, gone=False, report=False))
    return f"“{item.title.strip()}” heropend tot {_shown(closes_on)}"


@happening("consultation", "Voeg een document toe")
def add_document(
    scene: Scene, *, slug: str = "", title: str = "Uitvoerbaarheidstoets decentrale overheden"
) -> str:
    item = _consultation(scene, slug)
    number = _next_document(list(scene.world.consultations.values()))
    document = ConsultationDocument(number=number, title=title)
    _keep(scene, replace(item, documents=(*item.documents, document)))
    return f"Document “{title}” toegevoegd aan “{item.title.strip()}”"


@happening("consultation", "Vervang de inhoud van een document")
def replace_document(scene: Scene, *, slug: str = "") -> str:
    """Other bytes behind the number of the first document."""
    item = _consultation(scene, slug)
    first, *others = item.documents
    _keep(scene, replace(item, documents=(replace(first, version=first.version + 1), *others)))
    return f"Nieuwe versie van “{first.title}” bij “{item.title.strip()}”"


@happening("consultation", "Sluit een consultatie")
def close_consultation(scene: Scene, *, slug: str = "") -> str:
    item = _consultation(scene, slug)
    _keep(scene, replace(item, closes_on=scene.today - timedelta(days=1)))
    return f"“{item.title.strip()}” gesloten"


@happening("consultation", "Zet een reactie op de site")
def publish_response(
    scene: Scene, *, slug: str = "", sender: str = "G40 Stedennetwerk", place: str = "Den Haag"
) -> str:
    """What the site shows after a response was handed in and let through."""
    item = _consultation(scene, slug)
    sent_at = scene.clock.now().astimezone(AMSTERDAM).replace(tzinfo=None)
    response = Response(sender=sender, place=place, sent_at=sent_at)
    _keep(scene, replace(item, responses=(*item.responses, response)))
    return f"De reactie van {sender} op “{item.title.strip()}” staat op de site"


@happening("consultation", "Publiceer het verslag")
def publish_result(scene: Scene, *, slug: str = "") -> str:
    item = _consultation(scene, slug, is_open=False)
    report = ConsultationDocument(
        number=_next_document(list(scene.world.consultations.values())),
        title="Verslag over de resultaten van de consultatie",
    )
    messages = (*item.messages, ("Consultatie rapport gepubliceerd", scene.today))
    _keep(scene, replace(item, report=True, documents=(*item.documents, report), messages=messages))
    return f"Verslag gepubliceerd van “{item.title.strip()}”"


@happening("consultation", "Nieuwe consultatie met vijandige tekst")
def hostile_consultation(scene: Scene, *, slug: str = "vijandigetekst") -> str:
    """Text that would mention people in Slack, run in a browser or colour a terminal."""
    return new_consultation(
        scene,
        slug=slug,
        title="Woningbouw <!channel> <script>alert(1)</script> & \u202egnissap\u202c",
        intro='Gemeenten: <https://evil.invalid|klik hier> *vet* `code` <@U0001> =HYPERLINK("x")',
        by="VRO",
    )


# --- the House ---------------------------------------------------------------------------------


@happening("parliament", "Nieuwe activiteit")
def new_activity(
    scene: Scene,
    *,
    key: str = "cd-nieuw",
    kind: str = "Commissiedebat",
    title: str = "Stedelijke vernieuwing",
    committee: str = "vro",
    following: str = "binza",
    present: str = "VRO",
    in_days: int = 17,
    clock: str = "10:00-13:00",
    agenda: Words = ("Leefbaarheid en de aanpak van kwetsbare wijken in middelgrote steden",),
) -> str:
    """in_days: calendar days from today. agenda: "=key" of a case, or a title."""
    contents = scene.world.contents
    if key in contents.activities:
        raise BadEvent(f"activiteit {key} bestaat al")
    day = scene.today + timedelta(days=in_days)
    raw = {
        "key": key,
        "kind": kind,
        "title": title,
        "when": f"{day} {clock}",
        "committee": committee,
        "following": following,
        "present": present,
        "agenda": agenda,
    }
    titles = {case.key: case.title for case in contents.cases.values()}
    number = _next_number(a.number for a in contents.activities.values())
    activity = read_activity(raw, UNCHANGED, titles, number=number, year=day.year, announced=scene.now)
    _announce(scene, activity)
    return f"{kind} “{title}” op de agenda, {_shown(day)}"


@happening("parliament", "Verplaats een activiteit (nieuwe vervangt oude)")
def move_activity(scene: Scene, *, key: str = "cd-woningbouw", days: int = 14) -> str:
    contents = scene.world.contents
    old = _activity(scene, key)
    if old.starts is None:
        raise BadEvent(f"activiteit {key} heeft nog geen datum")
    number = _next_number(a.number for a in contents.activities.values())
    moved = f"{key}-verplaatst-{number}"
    starts = old.starts + timedelta(days=days)
    new = replace(
        old,
        key=moved,
        number=f"{scene.today.year}A{number:05d}",
        starts=starts,
        ends=old.ends + timedelta(days=days) if old.ends else None,
        replaces=key,
        visible_at=scene.now,
        agenda=tuple(
            replace(
                point,
                key=f"{moved}/{point.order}",
                number=f"{scene.today.year}P{number * 10 + point.order:05d}",
                visible_at=scene.now,
            )
            for point in old.agenda
        ),
    )
    _change(scene, replace(old, status="Verplaatst"))
    _announce(scene, new)
    days_shown = f"van {_shown(old.starts.date())} naar {_shown(starts.date())}"
    return f"{old.kind} “{old.title.strip()}” verplaatst {days_shown}"


@happening("parliament", "Verzet een activiteit (zelfde nummer, andere tijd)")
def reschedule_activity(scene: Scene, *, key: str = "cd-asiel", days: int = 7, hours: int = 0) -> str:
    old = _activity(scene, key)
    if old.starts is None:
        raise BadEvent(f"activiteit {key} heeft nog geen datum")
    by = timedelta(days=days, hours=hours)
    new = replace(old, starts=old.starts + by, ends=old.ends + by if old.ends else None)
    _change(scene, new)
    return f"{old.kind} “{old.title.strip()}” verzet naar {_shown((old.starts + by).date())}"


@happening("parliament", "Zeg een activiteit af")
def cancel_activity(scene: Scene, *, key: str = "cd-ov", only_in_title: bool = False) -> str:
    """only_in_title: the status stays as it is, as happens in real data."""
    old = _activity(scene, key)
    status = old.status if only_in_title else "Geannuleerd"
    _change(scene, replace(old, title=f"{old.title.strip()} (geannuleerd)", status=status))
    return f"{old.kind} “{old.title.strip()}” gaat niet door"


@happening("parliament", "Zet een punt op de agenda")
def add_agenda_point(
    scene: Scene,
    *,
    key: str = "cd-marktordening",
    title: str = "Leegstand in winkelgebieden: aanpak van binnensteden door gemeenten",
    case: str = "",
) -> str:
    """case: key of the zaak it deals with; empty for none."""
    contents = scene.world.contents
    activity = _activity(scene, key)
    if case and case not in contents.cases:
        raise BadEvent(f"onbekende zaak {case}")
    order = len(activity.agenda) + 1
    number = _next_number(p.number for a in contents.activities.values() for p in a.agenda)
    point = AgendaPoint(
        key=f"{key}/{order}",
        number=f"{scene.today.year}P{number:05d}",
        title=contents.cases[case].title if case else title,
        case=case or None,
        order=order,
        visible_at=scene.now,
    )
    contents.activities[key] = replace(activity, agenda=(*activity.agenda, point))
    contents.stored.put(agenda_point_entity(key, point), scene.now)
    if case:
        _relink(scene, [case])
    return f"Agendapunt “{point.title}” bij {activity.kind.lower()} “{activity.title.strip()}”"


@happening("parliament", "Nieuwe zaak (brief, wetsvoorstel, vragen …)")
def new_case(
    scene: Scene,
    *,
    key: str = "brief-nieuw",
    kind: str = "Brief regering",
    title: str = "Extra middelen voor gemeenten voor vroegsignalering van schulden",
    by: str = "stas SZW",
    committee: str = "szw",
    following: str = "",
    dossier: str = "",
    appreciation: str = "",
) -> str:
    """by: department codes or groups of the House. dossier: key of a dossier, empty for none."""
    contents = scene.world.contents
    if key in contents.cases:
        raise BadEvent(f"zaak {key} bestaat al")
    raw: dict[str, Any] = {
        "key": key,
        "kind": kind,
        "title": title,
        "by": by,
        "at": scene.now.astimezone(AMSTERDAM).strftime("%Y-%m-%d %H:%M"),
        "committee": committee,
        "following": following,
        "appreciation": appreciation or None,
    }
    if dossier:
        paper = contents.dossiers[dossier].last_paper + 1
        contents.dossiers[dossier] = replace(contents.dossiers[dossier], last_paper=paper)
        raw |= {"dossier": dossier, "paper": paper}
    number = _next_number(c.number for c in contents.cases.values())
    case = read_case(raw, UNCHANGED, contents.dossiers, number=number, year=scene.today.year)
    case = replace(case, visible_at=scene.now)
    contents.cases[key] = case
    contents.stored.put_all(contents.parliament.case_entities(case))
    return f"{kind} “{title}” ontvangen"


@happening("parliament", "Nieuwe motie")
def new_motion(
    scene: Scene,
    *,
    key: str = "motie-nieuw",
    title: str = "Motie van leden van D66 en CDA over uitstel van de korting op het gemeentefonds",
    by: str = "D66, CDA",
    committee: str = "binza",
    dossier: str = "36950-B",
) -> str:
    return new_case(scene, key=key, kind="Motie", title=title, by=by, committee=committee, dossier=dossier)


@happening("parliament", "Verwijder een record")
def delete_entity(scene: Scene, *, category: str = "Activiteit", key: str = "cd-schoolgebouwen") -> str:
    contents = scene.world.contents
    entry = contents.stored.entry(guid(category, key))
    if entry is None:
        raise BadEvent(f"onbekend record {category} {key}")
    contents.stored.put(deleted(entry.entity, scene.now), scene.now)
    return f"{category} {key} verwijderd"


@happening("parliament", "Zet oude records opnieuw in de feed")
def reemit_old(scene: Scene, *, count: int = 40) -> str:
    """The oldest cases and documents come by again, unchanged."""
    feed = scene.world.contents.stored
    every = [*feed.of("Zaak"), *feed.of("Document")]
    oldest = sorted(every, key=_began)[:count]
    for entity in oldest:
        feed.put(replace(entity, modified_at=scene.now), scene.now)
    return f"{len(oldest)} oude records staan opnieuw in de feed"


# --- trouble -----------------------------------------------------------------------------------


@happening("trouble", "Storing bij een bron")
def trouble(
    scene: Scene,
    *,
    kind: str = "outage_page",
    publisher: str = "internetconsultatie",
    times: int = 0,
    where: str = "",
    seconds: float = 2.0,
    megabytes: int = 64,
) -> str:
    """times: how many requests it hits, 0 for until it is lifted. where: part of path and query."""
    scene.world.faults.put(
        Fault(
            kind=kind,
            publisher=publisher,
            where=where,
            times=times or None,
            seconds=seconds,
            megabytes=megabytes,
        )
    )
    how_long = "tot nader order"
    if times:
        how_long = "bij het volgende verzoek" if times == 1 else f"bij de volgende {times} verzoeken"
    return f"{PUBLISHERS[publisher]}: {fault_label(kind)}, {how_long}"


@happening("trouble", "Hef storingen op")
def lift_trouble(scene: Scene, *, publisher: str = "") -> str:
    """publisher: empty for all."""
    if publisher and publisher not in PUBLISHERS:
        raise BadEvent(f"onbekende bron {publisher}")
    scene.world.faults.clear(publisher or None)
    if publisher in {"", "tweedekamer"}:
        scene.world.contents.stored.thaw()
    return f"Storingen bij {PUBLISHERS.get(publisher, 'alle bronnen')} opgeheven"


@happening("trouble", "De feed van de Kamer loopt stilletjes achter")
def freeze_feed(scene: Scene) -> str:
    scene.world.contents.stored.freeze()
    return "De feed van de Kamer antwoordt gewoon, maar staat stil"


# --- the sandbox itself ------------------------------------------------------------------------


@happening("sandbox", "Zet de klok vooruit")
def advance_clock(scene: Scene, *, days: int = 0, hours: int = 1) -> str:
    now = scene.clock.advance(timedelta(days=days, hours=hours)).astimezone(AMSTERDAM)
    return f"De klok staat nu op {_shown(now.date())} {now:%H:%M}"


@happening("sandbox", "Zet de klok gelijk")
def set_clock(scene: Scene, *, moment: str = "2026-11-23 09:00") -> str:
    """moment: Dutch local time."""
    scene.clock.set(utc_instant(UNCHANGED.moment(moment, time(9))))
    return f"De klok staat nu op {moment}"


@happening("sandbox", "ETag en Last-Modified aan of uit")
def switch_validators(scene: Scene, *, on: bool = True) -> str:
    scene.world.validators = on
    return f"ETag en Last-Modified staan {'aan' if on else 'uit'}"


# --- what events share -------------------------------------------------------------------------


def _consultation(scene: Scene, slug: str, *, is_open: bool = True) -> Consultation:
    """By slug; without one the first that is open (or is not)."""
    every = scene.world.consultations
    if slug:
        if slug not in every:
            raise BadEvent(f"onbekende consultatie {slug}")
        return every[slug]
    found = next((c for c in every.values() if c.is_open(scene.today) == is_open), None)
    if found is None:
        raise BadEvent("er is geen consultatie waarvoor dit kan")
    return found


def _began(entity: Entity) -> str:
    """ISO text of the day on which a zaak or document began."""
    return entity.fields.get("gestartOp") or entity.fields.get("datum") or ""


def _keep(scene: Scene, item: Consultation) -> None:
    scene.world.consultations[item.slug] = item


def _next_document(every: Sequence[Consultation]) -> int:
    return 1 + max((d.number for item in every for d in item.documents), default=16_000)


def _next_number(numbers: Iterator[str]) -> int:
    """One above the highest of "2026Z18284" and the like."""
    return 1 + max((int(number[5:]) for number in numbers), default=20_000)


def _activity(scene: Scene, key: str) -> Activity:
    activity = scene.world.contents.activities.get(key)
    if activity is None:
        raise BadEvent(f"onbekende activiteit {key}")
    return activity


def _change(scene: Scene, activity: Activity) -> None:
    """Put out a changed activity; its actors and agenda stay as they are."""
    contents = scene.world.contents
    contents.activities[activity.key] = activity
    entity = contents.parliament.activity(activity)
    contents.stored.put(replace(entity, modified_at=scene.now), scene.now)


def _announce(scene: Scene, activity: Activity) -> None:
    contents = scene.world.contents
    contents.activities[activity.key] = activity
    contents.stored.put_all(contents.parliament.activity_entities(activity))
    _relink(scene, [point.case for point in activity.agenda if point.case])


def _relink(scene: Scene, case_keys: Sequence[str]) -> None:
    """Put out the cases again, with the activities that now deal with them."""
    contents = scene.world.contents
    links = agenda_links(list(contents.activities.values()))
    for key in case_keys:
        case: Case = contents.cases[key]
        entity = contents.parliament.case(case, links.get(key, NO_LINKS))
        contents.stored.put(replace(entity, modified_at=scene.now), scene.now)


def _working_day(today: date, ahead: int) -> date:
    """The day after so many working days (Monday to Friday)."""
    day = today
    while ahead > 0:
        day += timedelta(days=1)
        ahead -= day.weekday() < 5
    return day


def _shown(day: date) -> str:
    return day.strftime("%d-%m-%Y")
