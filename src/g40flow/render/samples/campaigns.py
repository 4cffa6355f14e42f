"""Lobby campaigns as messages tell of them: made up."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from g40flow.domain.campaigns.shown import AskLine, CampaignShown, FollowUpShown, SignatureShown
from g40flow.render.campaign_messages import CampaignRenderer
from g40flow.render.samples.deadlines import DOSSIER
from g40flow.render.samples.sample import Sample
from g40flow.resources import resource

RUNNING = replace(DOSSIER, stage="running", title="Geen pleisters meer: bestaanszekerheid", has_text=True)
CAMPAIGN = CampaignShown(
    dossier=RUNNING,
    campaign_type="manifest",
    ask="Eén vaste regeling in plaats van twintig tijdelijke",
    lead="Yara van Opzet",
    asks=(
        AskLine(
            wording="Keer het sociaal minimum automatisch uit",
            target="Minister van SZW",
            priority=1,
            state="brought",
            result="",
        ),
        AskLine(
            wording="Geef steden vijf jaar zekerheid",
            target="Kamercommissie SZW",
            priority=2,
            state="adopted",
            result="partly",
        ),
    ),
    signatures={"signed": 3, "asked": 1},
    contacts=4,
    last_contact_on=date(2027, 1, 11),
    last_channel="meeting",
    documents=("Brief aan de Kamercommissie",),
)
FOLLOW_UP = FollowUpShown(
    dossier=RUNNING,
    touchpoint_id=9,
    follow_up="Stuur de cijfers van de vijf proefsteden na",
    counterpart="Ministerie van SZW",
    happened_on=date(2027, 1, 11),
    channel="meeting",
    until=date(2027, 1, 15),
    is_done=False,
    url="https://portal.example/dossiers/7/contacts/9",
)
SIGNATURE = SignatureShown(
    dossier=RUNNING, partner="VNG", state="asked", sign_by=date(2027, 1, 20), working_days_left=5, is_own=True
)


def campaign_messages() -> Iterator[Sample]:
    """Every message about a campaign."""
    renderer = CampaignRenderer(resource("templates"), interactive=True)
    no_contact = replace(CAMPAIGN, contacts=0, last_contact_on=None, last_channel="")
    early = replace(no_contact, asks=(), signatures={}, documents=())
    yield Sample("campaign_card", "running", renderer.campaign_card(CAMPAIGN, "woningmarkt"))
    yield Sample("campaign_card", "early", renderer.campaign_card(early, "woningmarkt"))
    yield Sample("touchpoint_follow_up", "open", renderer.touchpoint_follow_up(FOLLOW_UP))
    done = replace(FOLLOW_UP, is_done=True, until=None)
    yield Sample("touchpoint_follow_up", "done", renderer.touchpoint_follow_up(done))
    yield Sample("signature_reminder", "own", renderer.signature_reminder(SIGNATURE))
    yield Sample("signature_reminder", "other", renderer.signature_reminder(replace(SIGNATURE, is_own=False)))
