"""What can go wrong at a publisher, for the next so many requests or until it is lifted."""

from dataclasses import dataclass
from threading import Lock

PUBLISHERS = {
    "internetconsultatie": "Internetconsultatie",
    "tweedekamer": "Tweede Kamer",
    "debatdirect": "Debat Direct",
    "eerstekamer": "Eerste Kamer",
    "officielebekendmakingen": "Officiële bekendmakingen",
    "rijksoverheid": "Rijksoverheid",
    "openoverheid": "open.overheid.nl",
    "haveyoursay": "Have your say",
    "wetgevingskalender": "Wetgevingskalender",
}
"""Identifier, which is also the prefix, to what people read."""

FAULT_KINDS = {
    "outage_page": "Storingspagina met status 200",
    "html_503": "HTML-pagina met status 503",
    "malformed_page": "Kapotte opmaak",
    "emptied_list": "Lege lijst",
    "halved_list": "Gehalveerde lijst",
    "truncated": "Afgekapt antwoord",
    "wrong_encoding": "Verkeerde tekencodering",
    "rate_limit": "Te veel verzoeken (429)",
    "slow": "Traag antwoord",
    "server_error": "Serverfout (500)",
    "connection_reset": "Verbroken verbinding",
    "huge": "Heel groot antwoord",
    "hostile": "Vijandige inhoud (XML-bom, script)",
    "redirect": "Doorverwijzing naar een ander adres",
}
"""Identifier to what people read on the control page."""


def fault_label(kind: str) -> str:
    """What people read inside a sentence."""
    label = FAULT_KINDS[kind]
    return label if label[1].isupper() else label[0].lower() + label[1:]


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that goes wrong.

    kind: key of FAULT_KINDS. publisher: one of PUBLISHERS.
    where: part of path and query that the request must contain, e.g. "category=ZaakActor".
    times: how many matching requests it still hits; None until it is lifted.
    seconds: of Retry-After (rate_limit) or of the delay (slow).
    megabytes: size of the answer (huge).
    """

    kind: str
    publisher: str
    where: str = ""
    times: int | None = None
    seconds: float = 2.0
    megabytes: int = 64

    def __post_init__(self) -> None:
        if self.kind not in FAULT_KINDS:
            raise ValueError(f"unknown fault {self.kind!r}; known: {', '.join(FAULT_KINDS)}")
        if self.publisher not in PUBLISHERS:
            raise ValueError(f"unknown publisher {self.publisher!r}; known: {', '.join(PUBLISHERS)}")
        if self.times is not None and self.times < 1:
            raise ValueError(f"times must be 1 or more, found {self.times}")

    def hits(self, publisher: str, path: str, *, lists: bool) -> bool:
        """path: with query. lists: whether the request asks for a list of items."""
        if self.kind in {"emptied_list", "halved_list"} and not lists:
            return False
        return publisher == self.publisher and self.where in path


class FaultBoard:
    """The faults that are on, in the order they were put on; the first that fits is the one."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._on: list[tuple[Fault, int | None]] = []

    def put(self, fault: Fault) -> None:
        with self._lock:
            self._on.append((fault, fault.times))

    def clear(self, publisher: str | None = None) -> None:
        """Lift the faults of one publisher, or of all."""
        with self._lock:
            self._on = [pair for pair in self._on if publisher and pair[0].publisher != publisher]

    def take(self, publisher: str, path: str, *, lists: bool) -> Fault | None:
        """The fault for this request, if any; counts it off."""
        with self._lock:
            for i, (fault, left) in enumerate(self._on):
                if not fault.hits(publisher, path, lists=lists):
                    continue
                if left == 1:
                    del self._on[i]
                elif left is not None:
                    self._on[i] = (fault, left - 1)
                return fault
        return None

    def on(self) -> list[tuple[Fault, int | None]]:
        """Faults that are on, with how many requests each will still hit (None: no end)."""
        with self._lock:
            return list(self._on)
