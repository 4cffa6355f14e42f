"""What can happen on open.overheid.nl and at the European Commission."""

from dataclasses import replace
from datetime import datetime, time, timedelta

from g40flow.sandbox.event_table import BadEvent, Scene, Words, happening
from g40flow.sandbox.publishers.commission import BRUSSELS
from g40flow.sandbox.world.archive import DRAFT, OpenDocument
from g40flow.sandbox.world.initiatives import Initiative
from g40flow.sandbox.world.model import ORGANISATIONS
from g40flow.sandbox.world.parliament import guid


@happening("government", "Nieuw document op open.overheid.nl")
def new_open_document(
    scene: Scene,
    *,
    key: str = "ontwerpbesluit-nieuw",
    title: str = "Ontwerpbesluit urgentie bij woningtoewijzing, adviesaanvraag",
    about: str = "Gemeenten leggen urgentie vast in de huisvestingsverordening.",
    by: str = "VRO",
    kind: str = "ontwerpbesluit",
    category: str = DRAFT,
    marks: Words = (),
) -> str:
    """by: department code, or the name of a body. marks: numbers that it bears."""
    body = ORGANISATIONS.get(by, by)
    uuid = guid("open", key)
    if uuid in scene.world.contents.archive:
        raise BadEvent(f"document {key} bestaat al")
    scene.world.contents.archive[uuid] = OpenDocument(
        uuid=uuid,
        title=title,
        about=about,
        body=body[:1].lower() + body[1:],
        kinds=(kind,),
        categories=(category,),
        marks=marks,
        published_on=scene.today,
        changed_at=scene.now,
    )
    return f"“{title}” staat op open.overheid.nl"


@happening("government", "Raak een document aan zonder het te veranderen")
def touch_open_document(scene: Scene, *, key: str = "ontwerpbesluit-warmte") -> str:
    document = _document(scene, key)
    scene.world.contents.archive[document.uuid] = replace(document, changed_at=scene.now)
    return f"“{document.title}” is opnieuw aangeleverd, met dezelfde inhoud"


@happening("government", "Haal een document weg")
def remove_open_document(scene: Scene, *, key: str = "ontwerpbesluit-warmte") -> str:
    document = _document(scene, key)
    scene.world.contents.archive[document.uuid] = replace(document, gone=True)
    return f"“{document.title}” staat niet meer op open.overheid.nl"


@happening("europe", "Nieuw initiatief van de Europese Commissie")
def new_initiative(
    scene: Scene,
    *,
    number: int = 19010,
    title: str = "Rules for structural funds in cities",
    dutch: str = "Regels voor structuurfondsen in Europese steden",
    act: str = "REG",
    topics: Words = ("JUST",),
    calendar_days: int = 28,
    proposal: str = "",
) -> str:
    if number in scene.world.contents.initiatives:
        raise BadEvent(f"initiatief {number} bestaat al")
    opens = scene.now.astimezone(BRUSSELS).replace(tzinfo=None, microsecond=0)
    scene.world.contents.initiatives[number] = Initiative(
        number=number,
        title=title,
        dutch=dutch,
        act=act,
        topics=topics,
        opens=opens,
        closes=datetime.combine(opens.date() + timedelta(days=calendar_days), time(23, 59, 59)),
        reference=f"Ares(2026)71{number}",
        proposal=proposal,
    )
    return f"De Commissie vraagt reacties op “{dutch or title}”"


@happening("europe", "Verleng de termijn van een initiatief")
def extend_initiative(scene: Scene, *, number: int = 18901, calendar_days: int = 14) -> str:
    one = _initiative(scene, number)
    closes = one.closes + timedelta(days=calendar_days)
    scene.world.contents.initiatives[number] = replace(one, closes=closes)
    return f"“{one.dutch or one.title}” verlengd tot {closes:%d-%m-%Y}"


@happening("europe", "Trek een initiatief in")
def withdraw_initiative(scene: Scene, *, number: int = 18901) -> str:
    one = _initiative(scene, number)
    scene.world.contents.initiatives[number] = replace(one, listed_as="DISABLED", gone=True)
    return f"“{one.dutch or one.title}” is ingetrokken"


@happening("europe", "Het filter op open initiatieven werkt niet meer")
def break_filter(scene: Scene, *, on: bool = True) -> str:
    """on: whether it is broken from now on."""
    scene.world.understands_filters = not on
    return "De lijst van de Commissie toont " + ("alles, open of niet" if on else "weer wat open is")


def _document(scene: Scene, key: str) -> OpenDocument:
    document = scene.world.contents.archive.get(guid("open", key))
    if document is None:
        raise BadEvent(f"onbekend document {key}")
    return document


def _initiative(scene: Scene, number: int) -> Initiative:
    one = scene.world.contents.initiatives.get(number)
    if one is None:
        raise BadEvent(f"onbekend initiatief {number}")
    return one
