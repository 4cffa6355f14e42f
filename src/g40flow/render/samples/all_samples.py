"""All samples together."""

from collections.abc import Iterator

from g40flow.render.samples.campaigns import campaign_messages
from g40flow.render.samples.deadlines import deadline_messages
from g40flow.render.samples.digests import digest_messages
from g40flow.render.samples.dossiers import call_messages, decision_messages, dossier_messages
from g40flow.render.samples.hooks import hook_messages
from g40flow.render.samples.items import item_messages
from g40flow.render.samples.outcomes import outcome_messages
from g40flow.render.samples.people import messages_to_people
from g40flow.render.samples.sample import Sample


def all_samples() -> Iterator[Sample]:
    """Every message of every kind, in the situations in which it reads differently."""
    yield from item_messages()
    yield from dossier_messages()
    yield from deadline_messages()
    yield from call_messages()
    yield from decision_messages()
    yield from campaign_messages()
    yield from hook_messages()
    yield from outcome_messages()
    yield from digest_messages()
    yield from messages_to_people()
