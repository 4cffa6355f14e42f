"""The Dutch words that files of past work may use, and what is said of a mistake in one."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from g40flow.domain.imports.cases import Vocabulary, folded
from g40flow.domain.imports.rows import Mistake
from g40flow.domain.network import Network
from g40flow.domain.outside_text import one_line
from g40flow.render.links import safe_url

_WORDS = ("imports/words.html", "web/labels.html", "web/campaign_labels.html")


class ImportWords:
    """Reads the labels of the portal, so that a file says what the screens say. templates: that folder."""

    def __init__(self, templates: Path) -> None:
        # Plain text for a terminal or a log, which `plain` and `one_line` make harmless.
        loader = FileSystemLoader(templates)
        environment = Environment(loader=loader, undefined=StrictUndefined)  # noqa: S701 - plain text
        modules: list[Any] = [environment.get_template(name).module for name in _WORDS]
        self._own, self._labels, self._campaign = modules

    def said(self, mistake: Mistake) -> str:
        """ "reacties.csv, rij 3, kolom sluit_op: verwacht een dag …; gevonden: 31-02-2024"."""
        return one_line(str(self._own.said(mistake)))

    def kind(self, word: str, count: int) -> str:
        """ "reacties"; "reactie" for one."""
        one, many = self._own.kind[word]
        return str(one if count == 1 else many)

    def vocabulary(self, network: Network) -> Vocabulary:
        """Every word that a file may use."""
        groups = {group.slug: (group.name, group.short_name) for group in network.theme_groups}
        partners = {partner.slug: (partner.name,) for partner in network.partners}
        return Vocabulary(
            groups=_all_words(groups),
            partners=_all_words(partners),
            document_types=_words(self._labels.document_type),
            response_types=_words(self._labels.response_type),
            no_response_codes=_words(self._labels.no_response_code),
            position_kinds=_words({value: word for word, value in self._own.position_kind.items()}),
            campaign_types=_words(self._campaign.campaign_type),
            target_kinds=_words(self._campaign.target_kind),
            outcomes=_words({word: label for word, label in self._campaign.outcome.items() if word}),
            priorities=_words({value: word for word, value in self._own.priority.items()}),
            safe_url=safe_url,
        )


def _words(labels: Mapping[str, str]) -> dict[str, str]:
    return _all_words({identifier: (label,) for identifier, label in labels.items()})


def _all_words(labels: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Each label as it is compared, and each identifier itself; labels come first."""
    found = {folded(label): identifier for identifier, several in labels.items() for label in several}
    return {
        **found,
        **{folded(identifier): identifier for identifier in labels if folded(identifier) not in found},
    }
