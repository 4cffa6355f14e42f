"""Which words of an ask or a point a text of the Chamber touches: the reason of a proposal, as words."""

from g40flow.domain.routing.text import BREAK, cut, stem, without_members

_SHORTEST = 4
_SHARED_BEGINNING = 6
"""Of a compound: "woningbouw" is touched by "woningbouwregie"."""

MOST_WORDS = 8

_WITHOUT_MEANING = """
aan aangaande alle andere artikel bepaling besluit betreffende beter binnen brief daar daarmee dan
debat deel deze doen door duidelijk eerste elkaar extra geen geven goed graag grote hebben hierbij
hoeveel indienen indiener invoering jaar kamer kan kabinet komen krijgen kunnen laten leden lid maak
maakt maken maar mede meer met minister mits moet moeten motie naar nader niet nieuwe nodig nog onder
ons onze ook over overwegende punt regeling regering rijk samen snel staatssecretaris stad staten
steden tegen tekst tijdens toch tussen tweede uitvoering vaststelling veel verdere verzoekt vast van
verslag volgende voor voorstel waar waarbij waarin waarop wanneer want welke werk wet wetsvoorstel
wetten wijziging wijzigen willen worden zelf zich zijn zoals zodat zonder zorg zouden zullen
amendement nota toelichting memorie gemeente gemeenten gehoord beraadslaging constaterende gaat
"""
_SAY_NOTHING = frozenset(map(stem, _WITHOUT_MEANING.split()))


def touched_words(asked: str, told: str) -> tuple[str, ...]:
    """Words of `asked`, as written, that `told` holds in some form; the same in every run, each once."""
    theirs = {stemmed for stemmed in without_members(cut(told)).stems if stemmed != BREAK}
    ours = cut(asked)
    found: dict[str, str] = {}
    for published, folded, stemmed in zip(ours.published, ours.folded, ours.stems, strict=True):
        if len(folded) < _SHORTEST or stemmed in _SAY_NOTHING or folded.isdigit() or stemmed in found:
            continue
        if any(_alike(stemmed, other) for other in theirs):
            found[stemmed] = published
    return tuple(found.values())[:MOST_WORDS]


def _alike(one: str, other: str) -> bool:
    if one == other:
        return True
    shorter, longer = sorted((one, other), key=len)
    return len(shorter) >= _SHARED_BEGINNING and longer.startswith(shorter) and shorter not in _SAY_NOTHING
