"""What goes into the router and what comes out of it."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class RoutableItem:
    """The texts of one item that say for whom it is. Only id and title are always known.

    kind: the publisher's own word ("Commissiedebat", "Motie"); type: of a consultation ("AMvB").
    themes: the publisher's topics, main one first. agenda: titles of agenda points and cases.
    dossier_number: of the parliamentary dossier ("36800-XVI"); its subject is often known.
    dossier_groups: theme groups that earlier items of the same dossier went to, lead first.
    suggested_groups: theme groups that the configuration names for the feed it came from.
    home_groups: theme groups that get it when it would go to nobody.
    date: Dutch calendar day that says which names of committees and ministries hold.
    """

    id: str
    title: str
    summary: str = ""
    kind: str = ""
    source: str = ""
    type: str = ""
    committee: str = ""
    following_committees: tuple[str, ...] = ()
    ministry: str = ""
    themes: tuple[str, ...] = ()
    agenda: tuple[str, ...] = ()
    document_titles: tuple[str, ...] = ()
    dossier_number: str = ""
    dossier_groups: tuple[str, ...] = ()
    suggested_groups: tuple[str, ...] = ()
    home_groups: tuple[str, ...] = ()
    date: datetime.date | None = None

    @property
    def expected_groups(self) -> tuple[str, ...]:
        """The theme groups that something outside the texts speaks for."""
        return tuple(dict.fromkeys((*self.dossier_groups, *self.suggested_groups)))


@dataclass(frozen=True, kw_only=True)
class Reason:
    """One word or fact that counted.

    group: the theme group it speaks for or against; "" when it concerns every group.
    term: the rule as written in config/routing, or what the model or dossier says.
    rule: which list it comes from: act, strong, context, against, national, city, committee,
        ministry, dossier, feed or model.
    field: of the item in which it was found, e.g. "title". quote: the words as published.
    weight: positive speaks for the group; comparable within one routing only.
    """

    group: str
    term: str
    rule: str
    field: str
    weight: float
    quote: str = ""


@dataclass(frozen=True, kw_only=True)
class Routing:
    """Who gets an item, and why.

    groups: theme group slugs, lead first; empty when nobody gets it.
    scores: for each theme group the estimated chance (0 to 1) that it should get the item.
    triage: too uncertain to leave to the machine; a person of the PA secretariat must look.
    reasons: what counted for the routed groups, heaviest first.
    near_misses: groups that did not get it though something spoke for them, with why not.
    """

    item_id: str
    groups: tuple[str, ...]
    scores: Mapping[str, float]
    triage: bool
    reasons: tuple[Reason, ...] = ()
    near_misses: Mapping[str, tuple[Reason, ...]] = field(default_factory=dict)
    rule_version: str = ""
    model_version: str = ""
