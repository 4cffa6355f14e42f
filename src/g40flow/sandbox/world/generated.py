"""Large worlds for benchmarks, computed when they are asked for and never stored.

Entry and consultation number i follow from i and a seed alone, so that a page of a feed of 200,000
entries costs the memory of that page, and two runs see the same bytes.
"""

from collections.abc import Iterator, MutableMapping
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from g40flow.sandbox.world import Contents, World
from g40flow.sandbox.world.feed import FeedEntry
from g40flow.sandbox.world.model import Consultation, ConsultationDocument, Entity
from g40flow.sandbox.world.parliament import draw, session_year

FIRST_TOKEN = 31_400_000
STEP = 3
OPEN_AT_ONCE = 50
_FIRST_VISIBLE = datetime(2026, 3, 2, 8, tzinfo=UTC)
_FIRST_DAY = date(2026, 11, 23)
_SUBJECTS = (
    *("Woningbouw in middelgrote steden", "Vangstmogelijkheden op de Noordzee", "Jeugdhulp en wijkteams"),
    *("Kapitaaleisen voor banken", "Netcongestie op bedrijventerreinen", "Uitzending van militairen"),
    *("Gemeentefonds en accres", "Eindexamens in het voortgezet onderwijs", "Opvang van statushouders"),
    *("Prijzen van geneesmiddelen", "Schuldhulpverlening door gemeenten", "Subsidie voor kassen"),
    *("Bevoegdheden van de burgemeester", "Toelating van gewasbeschermingsmiddelen", "Openbaar vervoer"),
)
_COMMITTEES = (
    *("Volkshuisvesting en Ruimtelijke Ordening", "Financiën", "Defensie", "Binnenlandse Zaken"),
    *("Klimaat en Groene Groei", "Volksgezondheid, Welzijn en Sport", "Economische Zaken"),
    *("Sociale Zaken en Werkgelegenheid", "Justitie en Veiligheid", "Asiel en Migratie"),
)
_HEAD = len(_COMMITTEES)
_BLOCK = (
    *("Activiteit", "ActiviteitActor", "ActiviteitActor", "Agendapunt", "Agendapunt"),
    *("Zaak", "ZaakActor", "ZaakActor", "Zaak", "ZaakActor", "ZaakActor"),
    *("Document", "DocumentVersie", "DocumentActor", "Document", "DocumentVersie"),
)


def benchmark_world(*, entries: int, consultations: int = 0, seed: int = 1) -> World:
    """A world with so many feed entries and consultations, of which OPEN_AT_ONCE are open."""
    return World(
        lambda: Contents(
            consultations=GeneratedConsultations(consultations, seed), feed=GeneratedFeed(entries, seed)
        )
    )


def generate_entries(n: int, seed: int) -> Iterator[FeedEntry]:
    """The first n entries of a feed, in order."""
    feed = GeneratedFeed(n, seed)
    return (feed.at(i) for i in range(n))


def generate_consultations(n: int, seed: int) -> Iterator[Consultation]:
    return iter(GeneratedConsultations(n, seed).values())


class GeneratedFeed:
    """A feed of n entries, see g40flow.sandbox.world.feed.Feed."""

    def __init__(self, n: int, seed: int) -> None:
        self._n = n
        self._seed = seed

    def __len__(self) -> int:
        return self._n

    def page(self, category: str | None, token: int, limit: int) -> tuple[list[FeedEntry], bool]:
        shown: list[FeedEntry] = []
        for i in range(max(0, -(-(token - FIRST_TOKEN) // STEP)), self._n):
            if category is not None and _category(i) != category:
                continue
            if len(shown) == limit:
                return shown, True
            shown.append(self.at(i))
        return shown, False

    def entry(self, guid: str) -> FeedEntry | None:
        i = UUID(guid).int >> 96
        return self.at(i) if i < self._n and self._guid(i) == guid else None

    def newest(self) -> FeedEntry | None:
        return self.at(self._n - 1) if self._n else None

    def at(self, i: int) -> FeedEntry:
        """The entry with index i, from 0."""
        visible_at = _FIRST_VISIBLE + timedelta(seconds=97 * i)
        return FeedEntry(
            token=FIRST_TOKEN + STEP * i, entity=self._entity(i, visible_at), visible_at=visible_at
        )

    def _guid(self, i: int) -> str:
        return str(UUID(int=(i << 96) | (0x4000_8000 << 48) | self._seed))

    def _entity(self, i: int, visible_at: datetime) -> Entity:
        category = _category(i)
        deleted = i >= _HEAD and draw(f"{self._seed}/{i}/deleted", 50) == 0
        if deleted:
            return Entity(category=category, guid=self._guid(i), modified_at=visible_at, deleted=True)
        is_file = category == "Document"
        return Entity(
            category=category,
            guid=self._guid(i),
            fields=self._fields(i, category, visible_at),
            references=tuple(self._references(i, category)),
            modified_at=visible_at - timedelta(seconds=8),
            file_type="application/pdf" if is_file else None,
            file_size=20_000 + i % 1_000_000 if is_file else None,
        )

    def _references(self, i: int, category: str) -> Iterator[tuple[str, str]]:
        """Within the block of 16; what an entry refers to always comes before it."""
        block = i - (i - _HEAD) % len(_BLOCK)
        committee = draw(f"{self._seed}/{i}/committee", _HEAD)
        match category:
            case "Activiteit":
                yield "voortouwcommissie", self._guid(committee)
            case "ActiviteitActor":
                yield "activiteit", self._guid(block)
                yield "commissie", self._guid(committee)
            case "Agendapunt":
                yield "activiteit", self._guid(block)
            case "Zaak":
                yield "activiteit", self._guid(block)
                yield "agendapunt", self._guid(block + (3 if i - block == 5 else 4))
            case "ZaakActor":
                yield "zaak", self._guid(block + (5 if i - block < 8 else 8))
                yield "commissie", self._guid(committee)
            case "Document":
                yield "zaak", self._guid(block + (5 if i - block < 14 else 8))
            case "DocumentVersie" | "DocumentActor":
                yield "document", self._guid(block + (11 if i - block < 14 else 14))

    def _fields(self, i: int, category: str, visible_at: datetime) -> dict[str, str | None]:
        subject = _SUBJECTS[draw(f"{self._seed}/{i}/subject", len(_SUBJECTS))]
        committee = _COMMITTEES[draw(f"{self._seed}/{i}/committee", _HEAD)]
        day = (visible_at + timedelta(days=21)).replace(tzinfo=None, hour=0, minute=0, second=0)
        match category:
            case "Commissie":
                name = _COMMITTEES[i]
                return {
                    "nummer": str(62_000 + i),
                    "naamNl": f"Vaste commissie voor {name}",
                    "naamWebNl": name,
                }
            case "Activiteit":
                return {
                    "soort": ("Commissiedebat", "Procedurevergadering", "Stemmingen")[i % 3],
                    "nummer": f"2026A{i % 100_000:05d}",
                    "onderwerp": f"{subject} {i}",
                    "datumSoort": "Dag",
                    "datum": day.isoformat(),
                    "aanvangstijd": (day + timedelta(hours=10)).isoformat(),
                    "eindtijd": (day + timedelta(hours=14)).isoformat(),
                    "besloten": "false",
                    "status": "Gepland",
                    "vergaderjaar": session_year(day.date()),
                    "kamer": "Tweede Kamer",
                    "noot": None,
                    "voortouwnaam": f"Vaste commissie voor {committee}",
                }
            case "Agendapunt":
                return {
                    "nummer": f"2026P{i % 100_000:05d}",
                    "onderwerp": subject,
                    "volgorde": "1",
                    "noot": None,
                }
            case "Zaak":
                return {
                    "nummer": f"2026Z{i % 100_000:05d}",
                    "soort": ("Brief regering", "Motie", "Schriftelijke vragen", "Wetgeving")[i % 4],
                    "onderwerp": f"{subject}, stuk {i}",
                    "gestartOp": visible_at.date().isoformat() + "T00:00:00",
                    "titel": None,
                    "status": "Vrijgegeven",
                    "afgedaan": "false",
                }
            case "Document":
                return {
                    "soort": "Brief regering",
                    "documentNummer": f"2026D{i % 100_000:05d}",
                    "onderwerp": f"{subject}, stuk {i}",
                    "datum": visible_at.date().isoformat() + "T00:00:00",
                }
            case "DocumentVersie":
                return {"status": "Definitief", "versienummer": "1", "extensie": ".pdf"}
            case _:
                return {
                    "actorNaam": f"Vaste commissie voor {committee}",
                    "relatie": "Volgcommissie" if category == "ActiviteitActor" else "Voortouwcommissie",
                }


class GeneratedConsultations(MutableMapping[str, Consultation]):
    """n consultations by slug, open ones first. What is put in replaces what is computed."""

    def __init__(self, n: int, seed: int) -> None:
        self._n = n
        self._seed = seed
        self._changed: dict[str, Consultation] = {}

    def __len__(self) -> int:
        return self._n + sum(self._index(slug) is None for slug in self._changed)

    def __iter__(self) -> Iterator[str]:
        yield from (f"voorbeeld{i:06d}" for i in range(self._n))
        yield from (slug for slug in self._changed if self._index(slug) is None)

    def __getitem__(self, slug: str) -> Consultation:
        if slug in self._changed:
            return self._changed[slug]
        i = self._index(slug)
        if i is None:
            raise KeyError(slug)
        return self._consultation(i, slug)

    def __setitem__(self, slug: str, item: Consultation) -> None:
        self._changed[slug] = item

    def __delitem__(self, slug: str) -> None:
        raise TypeError("a generated consultation cannot be taken away")

    def _index(self, slug: str) -> int | None:
        digits = slug.removeprefix("voorbeeld")
        fits = len(digits) == 6 and digits.isdecimal() and slug.startswith("voorbeeld")
        return int(digits) if fits and int(digits) < self._n else None

    def _consultation(self, i: int, slug: str) -> Consultation:
        subject = _SUBJECTS[draw(f"{self._seed}/{i}/consultation", len(_SUBJECTS))]
        weeks_ago = 0 if i < OPEN_AT_ONCE else 7 + (i - OPEN_AT_ONCE) // 6
        opens_on = _FIRST_DAY - timedelta(days=draw(slug, 14), weeks=weeks_ago)
        return Consultation(
            slug=slug,
            title=f"Wijziging van het Besluit {subject.lower()} {i}",
            intro=(f"Het ontwerp gaat over {subject.lower()}.",),
            kind=("Wet", "AMvB", "Ministeriële regeling")[i % 3],
            departments=(("VRO", "FIN", "VWS", "LVVN", "BZK")[i % 5],),
            opens_on=opens_on,
            closes_on=opens_on + timedelta(weeks=6),
            number=10_000 + i,
            topics=("Organisatie en beleid",),
            documents=(ConsultationDocument(number=100_000 + i, title="Ontwerpbesluit"),),
        )


def _category(i: int) -> str:
    return "Commissie" if i < _HEAD else _BLOCK[(i - _HEAD) % len(_BLOCK)]
