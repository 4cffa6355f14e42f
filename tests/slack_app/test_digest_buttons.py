"""What a digest offers in Slack is what Slack's cards and the Home tab can do."""

from g40flow.render.digests import DigestRenderer
from g40flow.resources import resource
from g40flow.slack_app.calls import CALLS
from g40flow.slack_app.decisions import DECISIONS
from g40flow.slack_app.dossiers import DOSSIERS
from g40flow.slack_app.items import ITEMS


def test_every_button_of_a_digest_does_something() -> None:
    renderer = DigestRenderer(resource("templates"), portal_url="https://portaal.example", interactive=True)
    table = ITEMS | DOSSIERS | DECISIONS | CALLS

    assert renderer.acts <= set(table.actions)
