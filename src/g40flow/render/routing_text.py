"""Why a theme group did or did not get an item, in one Dutch sentence."""

from collections.abc import Iterable

from g40flow.domain.routing.items import Reason, Routing

_FIELDS = {
    "title": "titel",
    "theme": "onderwerp",
    "summary": "samenvatting",
    "agenda": "agenda",
    "documents": "documenten",
    "dossier": "het dossiernummer",
    "feed": "de feed",
}


def why(routing: Routing, group: str, name: str) -> str:
    """Why this theme group got the item. name: as people know the group."""
    reasons = [reason for reason in routing.reasons if reason.group == group]
    told = _listed(_told(reason) for reason in reasons if reason.weight > 0)
    doubt = _listed(f"‘{reason.quote}’" for reason in reasons if reason.weight < 0)
    sentence = f"Voor {name}, want {told or 'de woordkeus lijkt op eerdere stukken van deze groep'}"
    if doubt:
        sentence += f"; daartegen sprak {doubt}"
    return f"{sentence}. Kans {_percent(routing.scores.get(group, 0.0))}."


def why_not(routing: Routing, group: str, name: str) -> str:
    """Why this theme group did not get the item."""
    reasons = routing.near_misses.get(group, ())
    heard = _listed(_told(reason) for reason in reasons if reason.weight > 0)
    against = _listed(f"‘{reason.quote}’" for reason in reasons if reason.weight < 0)
    chance = f"Kans {_percent(routing.scores.get(group, 0.0))}."
    if not heard and not against:
        return f"Niet voor {name}: er staat geen woord in dat bij deze groep hoort. {chance}"
    if not heard:
        return f"Niet voor {name}: {against} wijst op een onderwerp buiten deze groep. {chance}"
    outcome = f"{against} weegt zwaarder" if against else "dat is op zichzelf te weinig"
    return f"Niet voor {name}: wel {heard}, maar {outcome}. {chance}"


def taken_off(name: str) -> str:
    """To a group that was told of an item which a person then took off it."""
    return f"Niet meer voor {name}: dit stuk is met de hand bij een ander neergelegd."


def _told(reason: Reason) -> str:
    match reason.rule:
        case "committee":
            return f"de commissie ({reason.quote})"
        case "ministry":
            return f"het ministerie ({reason.quote})"
        case "feed":
            return "berichten uit deze feed zijn voor deze groep bedoeld"
        case "dossier":
            return "eerdere stukken van dit dossier gingen ook naar deze groep"
        case "model":
            return "de woordkeus lijkt op eerdere stukken van deze groep"
        case "city":
            return f"gemeenten worden genoemd (‘{reason.quote}’)"
    return f"‘{reason.quote}’ in de {_FIELDS.get(reason.field, reason.field)}".replace(
        "in de onderwerp", "in het onderwerp"
    )


def _listed(parts: Iterable[str]) -> str:
    unique = list(dict.fromkeys(parts))[:4]
    return " en ".join([", ".join(unique[:-1]), unique[-1]] if len(unique) > 1 else unique)


def _percent(chance: float) -> str:
    percent = round(chance * 100)
    if percent == 0:
        return "minder dan 1 %"
    return "meer dan 99 %" if percent == 100 else f"{percent} %"
