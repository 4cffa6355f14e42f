"""Messages about lobby campaigns, from templates/messages/. Pure."""

from pathlib import Path

from g40flow.domain.campaigns.shown import CampaignShown, FollowUpShown, SignatureShown
from g40flow.domain.messages import Rendered
from g40flow.render.forms import MessageForms

TITLE_LENGTH = 250


class CampaignRenderer:
    """Makes finished messages. templates, interactive: see MessageForms."""

    def __init__(self, templates: Path, *, interactive: bool = False) -> None:
        self._forms = MessageForms(templates, interactive=interactive)

    def campaign_card(self, view: CampaignShown, group: str) -> Rendered:
        """A card in the channel of a theme group. group: slug."""
        mine = next((line for line in view.dossier.groups if line.slug == group), None)
        values = {"campaign": view, "view": view.dossier, "mine": mine, "title_length": TITLE_LENGTH}
        return self._forms.written("campaign_card", values)

    def touchpoint_follow_up(self, view: FollowUpShown) -> Rendered:
        """To who must do something after a contact."""
        values = {"follow_up": view, "view": view.dossier, "title_length": TITLE_LENGTH}
        return self._forms.written("touchpoint_follow_up", values)

    def signature_reminder(self, view: SignatureShown) -> Rendered:
        """To who was asked to sign, or who must ask again. No mail follows when they promise to."""
        values = {"signature": view, "view": view.dossier, "title_length": TITLE_LENGTH}
        return self._forms.written("signature_reminder", values)

    def dossier_hidden(self, number: str) -> Rendered:
        """In place of what was posted about a campaign that became confidential."""
        return self._forms.written("dossier_hidden", {"number": number})
