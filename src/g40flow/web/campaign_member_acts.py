"""Putting a member of a committee on the map of a campaign."""

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from g40flow.use_cases.campaigns.members import map_member
from g40flow.web.actor import CurrentActor
from g40flow.web.campaign_acts import do
from g40flow.web.dossiers import DossierId
from g40flow.web.wiring import CurrentApp, CurrentPages

router = APIRouter(prefix="/campagnes/{dossier_id}")


@router.post("/commissieleden")
def post_member(
    dossier_id: DossierId,
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    seat: Annotated[str, Form(max_length=200)],
) -> Response:
    """seat: the publisher's key of the seat."""
    return do(map_member, dossier_id, app, pages, actor, "stakeholder", lambda: {"seat_key": seat})
