"""Whom a message is for, by the names that people know."""

from g40flow.domain.network import Network


def audience_name(network: Network, audience: str) -> tuple[str, str]:
    """(sort of audience, its own name or ""): ("group", "Woningmarkt"), ("triage", "").

    The words for the sorts are in templates/web/labels.html.
    """
    sort, _, slug = audience.partition(":")
    match sort:
        case "group":
            group = network.group(slug)
            return sort, slug if group is None else group.name
        case "person":
            person = next((person for person in network.people if person.slug == slug), None)
            return sort, slug if person is None else person.name
        case _:
            return sort, slug
