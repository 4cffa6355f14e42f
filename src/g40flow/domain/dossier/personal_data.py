"""Personal data in a text that is about to be public.

The publisher removes responses with personal data in them (domain section 3.1), so they are found
before. What is found for certain stops the submission; the rest warns whoever checks by hand.
Neither can be complete: a person reads the text too.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class PersonalData(StrEnum):
    """What kind of personal data it is."""

    EMAIL_ADDRESS = "email_address"
    PHONE_NUMBER = "phone_number"
    CITIZEN_SERVICE_NUMBER = "citizen_service_number"
    BANK_ACCOUNT = "bank_account"
    SIGNATURE = "signature"
    PERSON_NAME = "person_name"  # of somebody of the network
    POSSIBLE_NAME = "possible_name"  # "mevrouw X", who may be a minister
    ADDRESS = "address"  # may be that of an office


CERTAIN = frozenset(PersonalData) - {PersonalData.POSSIBLE_NAME, PersonalData.ADDRESS}
"""Kinds that stop a submission; the others warn."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One piece of personal data. quote: as written. start, end: characters in the text.

    line: counted from 1.
    """

    kind: PersonalData
    quote: str
    start: int
    end: int
    line: int

    @property
    def is_certain(self) -> bool:
        """Whether it stops the submission."""
        return self.kind in CERTAIN


def find_personal_data(
    text: str, *, people: Iterable[str] = (), allowed: Collection[str] = ()
) -> tuple[Finding, ...]:
    """Everything that looks like personal data, in the order of the text.

    people: full names of persons. allowed: the organisation's own e-mail addresses, numbers, names and
    addresses, as a whole; capitals, blanks and punctuation do not matter.
    """
    fine = {_bare(entry) for entry in allowed}
    found: list[Finding] = []
    for kind, start, end in _spans(text, people, fine):
        quote = text[start:end]
        inside = any(other.start <= start and end <= other.end for other in found)
        if not inside and _bare(quote) not in fine:
            line = text.count("\n", 0, start) + 1
            found.append(Finding(kind=kind, quote=quote, start=start, end=end, line=line))
    return tuple(sorted(found, key=lambda finding: (finding.start, finding.end)))


Span = tuple[PersonalData, int, int]


def _spans(text: str, people: Iterable[str], fine: Collection[str]) -> Iterator[Span]:
    """What is contained in something found before is left out, so the longest kinds come first."""
    yield from _whole(PersonalData.EMAIL_ADDRESS, _EMAIL, text)
    yield from _bank_accounts(text)
    yield from _phone_numbers(text)
    yield from _citizen_service_numbers(text)
    yield from _names(text, people)
    yield from _signatures(text, fine)
    yield from _whole(PersonalData.POSSIBLE_NAME, _TITLE_AND_NAME, text)
    yield from _addresses(text)


def _whole(kind: PersonalData, pattern: re.Pattern[str], text: str) -> Iterator[Span]:
    return ((kind, *found.span()) for found in pattern.finditer(text))


def _bare(text: str) -> str:
    """What counts when two ways of writing are compared: letters and digits; +31 and 0031 are 0."""
    text = re.sub(r"^\s*(?:\+|00)31(?:\s*\(0\))?", "0", text)
    return "".join(c for c in _folded(text)[0] if c.isalnum() or c == "@")


# --- numbers and addresses of machines --------------------------------------------------------------

# "(at)" too: some think that it hides an address. Lengths are bounded, so that no text takes long.
_EMAIL = re.compile(
    r"(?<![\w.+%-])[\w.+%-]{1,64}"
    r"(?:@|\s?[\[({]\s?(?:at|apenstaart(?:je)?|@)\s?[\])}]\s?)"
    r"\w(?:[\w-]{0,62}\.){1,5}\w{2,24}",
    re.IGNORECASE,
)

_GAP = r"[\s.\-‑–/]{0,2}"
# Ten digits with area code first, so that "01-02-2026 10" is no number; 0800 and 0900 are of organisations.
_PHONE = re.compile(
    rf"(?<![\w€.,/-])(?:"
    rf"(?:\+|\b00)31{_GAP}(?:\(0\){_GAP})?[1-9](?:{_GAP}\d){{8}}"
    rf"|\(?0(?![89]00)(?:6|[1-9]\d{{1,2}})\)?[\s.\-‑–/]{{0,3}}\d(?:{_GAP}\d){{5,7}}"
    rf")(?![\w]|[.,]\d)"
)


def _phone_numbers(text: str) -> Iterator[Span]:
    for found in _PHONE.finditer(text):
        digits = re.sub(r"\D", "", found.group())
        if len(digits) == 10 or not digits.startswith("0") or digits.startswith("00"):
            yield PersonalData.PHONE_NUMBER, *found.span()


_PLAIN_BSN = re.compile(
    r"(?<![\w€$.,/-])(?<!€ )(?:\d{9}|\d{4}\.\d{2}\.\d{3}|\d{3} \d{3} \d{3})(?![\w]|[.,/-]\d| euro| miljoen)"
)
_NAMED_BSN = re.compile(
    r"\b(?:bsn|burgerservicenummer|sofi-?nummer)\b\D{0,20}(\d(?:[ .]?\d){7,8})(?!\d)", re.I
)


def _citizen_service_numbers(text: str) -> Iterator[Span]:
    named = ((found.start(1), found.end(1)) for found in _NAMED_BSN.finditer(text))
    plain = (found.span() for found in _PLAIN_BSN.finditer(text))
    for start, end in (*named, *plain):
        if _passes_eleven_test(re.sub(r"\D", "", text[start:end])):
            yield PersonalData.CITIZEN_SERVICE_NUMBER, start, end


def _passes_eleven_test(digits: str) -> bool:
    """The check of citizen service numbers: 9, 8, … 2 times the digits minus the last divides by 11."""
    digits = digits.zfill(9)
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    total = sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=True))
    return int(digits) > 0 and total % 11 == 0


_BANK_ACCOUNT = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}(?!\w)", re.IGNORECASE)
_SHORTEST_ACCOUNT = 15


def _bank_accounts(text: str) -> Iterator[Span]:
    """International account numbers; of what was taken too long, the longest part that is one."""
    for found in _BANK_ACCOUNT.finditer(text):
        start, end = found.span()
        while len(re.sub(r"\s", "", text[start:end])) >= _SHORTEST_ACCOUNT:
            if _is_bank_account(re.sub(r"\s", "", text[start:end]).upper()):
                yield PersonalData.BANK_ACCOUNT, start, end
                break
            end = text.rfind(" ", start, end)
            if end == -1:
                break


def _is_bank_account(account: str) -> bool:
    """The check of ISO 13616: the first four at the end, letters as 10 to 35, leaves 1 when divided by 97."""
    if not account.isascii() or (account.startswith("NL") and len(account) != 18):
        return False
    moved = account[4:] + account[:4]
    return int("".join(str(int(character, 36)) for character in moved)) % 97 == 1


# --- names ------------------------------------------------------------------------------------------

_PARTICLE = r"(?:van|de|der|den|het|ten|ter|te|el|op|in|von|la|le|du|'t|’t)"
_CAPITALISED = r"[A-Z\u00c0-\u00dd][\w'’]{0,30}(?:-[A-Z\u00c0-\u00dd][\w'’]{0,30})?"
_TITLE_AND_NAME = re.compile(
    r"\b(?i:de heer|mevrouw|dhr|mevr|mw)\b\.? ?(?:(?i:prof|dr|drs|mr|ir|ing|bc)\. ?){0,3}"
    rf"(?:[A-Z]\. ?){{0,5}}(?:{_PARTICLE} ){{0,3}}(?:(?:Van|De|Der|Den|Ten|Ter|Te|El) ){{0,3}}{_CAPITALISED}"
)


def _folded(text: str) -> tuple[str, list[int]]:
    """The text in lower case without accents, and of each of its characters where it stands in the text."""
    pieces, places = [], []
    for at, character in enumerate(text):
        if character.isascii():
            plain = character.lower()
        else:
            parts = unicodedata.normalize("NFKD", character)
            plain = "".join(c for c in parts if not unicodedata.combining(c)).lower()
        pieces.append(plain)
        places += [at] * len(plain)
    return "".join(pieces), places


def _names(text: str, people: Iterable[str]) -> Iterator[Span]:
    """Full names, and surnames after initials or a title: a surname alone can be any word."""
    folded, places = _folded(text)
    present = frozenset(_WORD.findall(folded))
    # Of hundreds of names only those are looked for whose words are there at all.
    possible = (name for name in people if present.issuperset(_WORD.findall(_surname(name))))
    alternatives = [pattern for name in possible for pattern in _name_patterns(name)]
    if not alternatives:
        return
    whole_words = re.compile(rf"(?<!\w)(?:{'|'.join(alternatives)})(?!\w)")
    for found in whole_words.finditer(folded):
        yield PersonalData.PERSON_NAME, places[found.start()], places[found.end() - 1] + 1


_FUNCTION = (
    r"(?:(?:de )?heer|mevrouw|dhr\.?|mevr\.?|mw\.?|wethouder|burgemeester|secretaris|raadslid)"
    r"(?: (?:mr|dr|drs|ir|ing|prof)\.){0,3}"
)
_WORD = re.compile(r"[^\W_]+")
_BETWEEN_WORDS = r"(?:[\s*_‑-]|&nbsp;){1,4}"


def _surname(name: str) -> str:
    """Everything behind the first name, folded; "" for a single word."""
    return _folded(name)[0].replace("-", " ").strip().partition(" ")[2]


def _name_patterns(name: str) -> Iterator[str]:
    words = _folded(name)[0].replace("-", " ").split()
    if len(words) < 2:
        return
    yield _BETWEEN_WORDS.join(map(re.escape, words))
    surname = _BETWEEN_WORDS.join(map(re.escape, words[1:]))
    yield rf"(?:{re.escape(words[0][0])}\. ?)(?:[a-z]\. ?){{0,4}}{surname}"
    yield rf"{_FUNCTION} (?:[a-z]\. ?){{0,5}}{surname}"


# --- signatures -------------------------------------------------------------------------------------

_CLOSING = re.compile(
    r"(?:met (?:vriendelijke|hartelijke|beleefde) groet(?:en)?|hoogachtend|vriendelijke groet(?:en)?"
    r"|m\.?v\.?g\.?|w\.\s?g\.|was getekend|getekend(?: door)?|ondertekend door|ondertekening|handtekening)"
    r"[\s,.:*_]*",
    re.IGNORECASE,
)
_MARKS = " \t>*_#-.,:"
_SIGNED_NAME = re.compile(
    r"(?:(?:dhr|mevr|mw|mr|dr|drs|ir|ing|prof|de heer|mevrouw)\.? )*"
    rf"(?:(?:[A-Z]\. ?){{1,5}}|{_CAPITALISED} )"
    rf"(?:{_PARTICLE} )*{_CAPITALISED}(?: (?:{_PARTICLE} )*{_CAPITALISED})*"
)
_NO_PERSON = frozenset(
    (
        *("gemeente", "gemeenten", "stichting", "vereniging", "ministerie", "provincie", "raad", "college"),
        *("dagelijks", "algemeen", "bestuur", "pijler", "themagroep", "stedennetwerk", "netwerk", "steden"),
        *("burgemeester", "voorzitter", "secretaris", "wethouder", "bijlage", "artikel", "hoofdstuk"),
        *("namens", "samenwerkende", "deze", "het", "de", "een", "voor"),
    )
)
_IMAGE_OF_SIGNATURE = re.compile(r"!\[[^\]\n]{0,200}\]\([^)\n]{0,500}\)(?:\{[^}\n]{0,200}\})?", re.IGNORECASE)
_SIGNS = re.compile(r"handteken|signature|signed|paraaf|krabbel", re.IGNORECASE)
_LINES_AFTER_CLOSING = 4


def _signatures(text: str, fine: Collection[str]) -> Iterator[Span]:
    yield from _pictures_of_signatures(text)
    offset = 0
    left = 0
    for line in text.split("\n"):
        start = offset + len(line) - len(line.lstrip(_MARKS))
        closing = _CLOSING.match(text, start, offset + len(line))
        if closing:
            left, start = _LINES_AFTER_CLOSING + 1, closing.end()
        if left and (closing or line.strip(_MARKS)):
            left -= 1
            signed = _SIGNED_NAME.match(text, start, offset + len(line))
            if signed and _can_be_person(signed.group(), fine):
                yield PersonalData.SIGNATURE, signed.start(), signed.end()
        offset += len(line) + 1


def _can_be_person(name: str, fine: Collection[str]) -> bool:
    words = _folded(name)[0].split()
    return words[0] not in _NO_PERSON and words[-1] not in _NO_PERSON and _bare(name) not in fine


def _pictures_of_signatures(text: str) -> Iterator[Span]:
    for found in _IMAGE_OF_SIGNATURE.finditer(text):
        before = text[max(0, found.start() - 80) : found.start()].rstrip()
        after_closing = any(closing.end() >= len(before) for closing in _CLOSING.finditer(before))
        if after_closing or _SIGNS.search(found.group()):
            yield PersonalData.SIGNATURE, *found.span()


# --- addresses of houses ----------------------------------------------------------------------------

_STREET = (
    r"[A-Z\u00c0-\u00dd][\w'’-]{1,40}(?:straat|laan|weg|plein|gracht|kade|singel|dijk|hof|pad|steeg|plantsoen|dreef)"
    r" \d{1,4} ?[a-zA-Z]?(?![\w])"
)
_POSTCODE = r"[1-9]\d{3} ?(?!SA|SD|SS)[A-Z]{2}(?![\w-])"
_ADDRESS = re.compile(rf"(?<![\w.,/-])(?:{_STREET}(?:[\s,]{{1,3}}{_POSTCODE})?|{_POSTCODE})")
_YEAR = re.compile(r"(?:19|20)\d\d ")


def _addresses(text: str) -> Iterator[Span]:
    """Streets with a number and postcodes; "2019 EU" is a year."""
    for found in _ADDRESS.finditer(text):
        if not _YEAR.match(found.group()):
            yield PersonalData.ADDRESS, *found.span()
