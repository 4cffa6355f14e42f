"""Which route is for whom. A route without a row here fails a test; add it with the route.

OPEN: for everybody, signed in or not. A right: for people with a role that has it. SIGNED_IN: for
everybody with a role; what they may do there depends on the dossier, which the tests of that work try.
TOKEN: for programs, by their token.
"""

from collections.abc import Mapping
from typing import Final

from g40flow.domain.dossier.rights import Right

OPEN: Final = "open"
SIGNED_IN: Final = "signed in"
TOKEN: Final = "token"

ROUTES: Mapping[str, Right | str] = {
    "GET /": Right.READ,
    "GET /items": Right.READ,
    "GET /items/{item_id}": Right.READ,
    "GET /items/{item_id}/records.json": Right.READ,
    "POST /items/{item_id}/routing": Right.CORRECT_ROUTING,
    "POST /items/{item_id}/agreed-deadline": Right.EDIT_DOSSIER,
    "GET /sources": Right.READ,
    "GET /sources/{name}": Right.READ,
    "GET /messages": Right.READ_HISTORY,
    "POST /messages/{message_id}/retry": Right.RETRY_MESSAGE,
    "POST /messages/mail/{person}/allow": Right.RETRY_MESSAGE,
    "GET /corrections": Right.READ_HISTORY,
    "GET /corrections.jsonl": Right.READ_HISTORY,
    "POST /corrections/{correction_id}/undo": Right.CORRECT_ROUTING,
    "GET /routing/quality": Right.READ_HISTORY,
    "GET /routing/rules": Right.READ_HISTORY,
    "GET /routing/proposals": Right.READ_HISTORY,
    "POST /routing/proposals/search": Right.CORRECT_ROUTING,
    "POST /routing/proposals/{proposal_id}/decision": Right.CORRECT_ROUTING,
    "GET /account": Right.READ,
    "POST /account/sign-out-everywhere": Right.READ,
    "GET /admin/people": Right.MANAGE_PEOPLE,
    "POST /admin/people": Right.MANAGE_PEOPLE,
    "GET /admin/people/{slug}": Right.MANAGE_PEOPLE,
    "POST /admin/people/{slug}/roles": Right.MANAGE_PEOPLE,
    "POST /admin/people/{slug}/roles/end": Right.MANAGE_PEOPLE,
    "POST /admin/people/{slug}/deputies": Right.MANAGE_PEOPLE,
    "POST /admin/people/{slug}/deactivate": Right.MANAGE_PEOPLE,
    "POST /admin/people/{slug}/reactivate": Right.MANAGE_PEOPLE,
    "POST /admin/people/{slug}/sign-out": Right.MANAGE_PEOPLE,
    "POST /admin/people/{slug}/unlink-slack": Right.MANAGE_PEOPLE,
    "POST /admin/people/{slug}/tokens": Right.MANAGE_TOKENS,
    "POST /admin/tokens/{token_id}/revoke": Right.MANAGE_TOKENS,
    "GET /board": Right.READ_HISTORY,
    "GET /board/print": Right.READ_HISTORY,
    "GET /board/mandates": Right.READ_HISTORY,
    "POST /board/mandates": Right.REGISTER_MANDATE,
    "POST /board/mandates/{mandate_id}/revoke": Right.REGISTER_MANDATE,
    "GET /board/dossiers/{dossier_id}": SIGNED_IN,
    "POST /board/dossiers/{dossier_id}/round": SIGNED_IN,
    "POST /board/dossiers/{dossier_id}/alone": SIGNED_IN,
    "GET /board/{round_id}": SIGNED_IN,
    "POST /board/{round_id}/position": SIGNED_IN,
    "POST /board/{round_id}/close": SIGNED_IN,
    "POST /board/{round_id}/meeting": SIGNED_IN,
    "POST /board/ratifications/{ratification_id}": SIGNED_IN,
    "GET /uitvraag/{token}": OPEN,
    "POST /uitvraag/{token}": OPEN,
    "GET /work": Right.READ,
    "GET /dossiers": Right.READ,
    "GET /dossiers/new": Right.OPEN_DOSSIER,
    "POST /dossiers/new": Right.OPEN_DOSSIER,
    "POST /items/{item_id}/dossier": Right.OPEN_DOSSIER,
    "POST /items/{item_id}/follow": Right.READ,
    "GET /dossiers/{dossier_id}": SIGNED_IN,
    "GET /dossiers/{dossier_id}/history": SIGNED_IN,
    "POST /dossiers/{dossier_id}/plan/fix": SIGNED_IN,
    "POST /dossiers/{dossier_id}/plan/days": SIGNED_IN,
    "POST /dossiers/{dossier_id}/plan/days/release": SIGNED_IN,
    "POST /dossiers/{dossier_id}/plan/recalculate": SIGNED_IN,
    "POST /dossiers/{dossier_id}/plan/urgent": SIGNED_IN,
    "POST /dossiers/{dossier_id}/plan/closing-day": SIGNED_IN,
    "GET /agenda": Right.READ,
    "POST /dossiers/{dossier_id}/steps": SIGNED_IN,
    "POST /dossiers/{dossier_id}/groups/{group}/accept": SIGNED_IN,
    "POST /dossiers/{dossier_id}/groups/{group}/reject": SIGNED_IN,
    "POST /dossiers/{dossier_id}/groups": SIGNED_IN,
    "POST /dossiers/{dossier_id}/lead": SIGNED_IN,
    "POST /dossiers/{dossier_id}/reroute": SIGNED_IN,
    "POST /dossiers/{dossier_id}/response": SIGNED_IN,
    "POST /dossiers/{dossier_id}/pen-holder": SIGNED_IN,
    "POST /dossiers/{dossier_id}/partners": SIGNED_IN,
    "POST /dossiers/{dossier_id}/partners/{partner}/remove": SIGNED_IN,
    "POST /dossiers/{dossier_id}/partners/{partner}/ask": SIGNED_IN,
    "POST /dossiers/{dossier_id}/partners/{partner}/answer": SIGNED_IN,
    "POST /dossiers/{dossier_id}/confidential": SIGNED_IN,
    "POST /dossiers/{dossier_id}/exceptions": SIGNED_IN,
    "POST /dossiers/{dossier_id}/exceptions/{code}/lift": SIGNED_IN,
    "POST /dossiers/{dossier_id}/reopened": SIGNED_IN,
    "POST /dossiers/{dossier_id}/merge": SIGNED_IN,
    "POST /dossiers/{dossier_id}/missed": SIGNED_IN,
    "POST /dossiers/{dossier_id}/controversial": SIGNED_IN,
    "POST /dossiers/{dossier_id}/follow": SIGNED_IN,
    "GET /dossiers/{dossier_id}/text": SIGNED_IN,
    "POST /dossiers/{dossier_id}/text": SIGNED_IN,
    "GET /dossiers/{dossier_id}/text/edit": SIGNED_IN,
    "GET /dossiers/{dossier_id}/text/changes": SIGNED_IN,
    "GET /dossiers/{dossier_id}/text/versions/{number}": SIGNED_IN,
    "GET /dossiers/{dossier_id}/text/versions/{number}/{format_}": SIGNED_IN,
    "POST /dossiers/{dossier_id}/text/draft": SIGNED_IN,
    "POST /dossiers/{dossier_id}/text/upload": SIGNED_IN,
    "POST /dossiers/{dossier_id}/text/versions/{number}/share": SIGNED_IN,
    "POST /dossiers/{dossier_id}/text/comments": SIGNED_IN,
    "POST /dossiers/{dossier_id}/text/comments/{comment_id}/dispose": SIGNED_IN,
    "POST /dossiers/{dossier_id}/text/comments/{comment_id}/withdraw": SIGNED_IN,
    "GET /dossiers/{dossier_id}/submission": SIGNED_IN,
    "GET /dossiers/{dossier_id}/submission/pack.zip": SIGNED_IN,
    "GET /dossiers/{dossier_id}/submission/files/{file_id}": SIGNED_IN,
    "POST /dossiers/{dossier_id}/submission/answers": SIGNED_IN,
    "POST /dossiers/{dossier_id}/submission/prepare": SIGNED_IN,
    "POST /dossiers/{dossier_id}/submission/checks/{check}": SIGNED_IN,
    "POST /dossiers/{dossier_id}/submission/checks/{check}/undo": SIGNED_IN,
    "POST /dossiers/{dossier_id}/submission/receipt": SIGNED_IN,
    "POST /dossiers/{dossier_id}/submission/link": SIGNED_IN,
    "GET /calls": Right.READ,
    "GET /dossiers/{dossier_id}/call": SIGNED_IN,
    "POST /dossiers/{dossier_id}/call": SIGNED_IN,
    "GET /dossiers/{dossier_id}/call/{call_id}/answers.csv": SIGNED_IN,
    "POST /dossiers/{dossier_id}/call/{call_id}/term": SIGNED_IN,
    "POST /dossiers/{dossier_id}/call/{call_id}/close": SIGNED_IN,
    "POST /dossiers/{dossier_id}/call/{call_id}/cancel": SIGNED_IN,
    "POST /dossiers/{dossier_id}/call/{call_id}/chase": SIGNED_IN,
    "POST /dossiers/{dossier_id}/call/{call_id}/links": SIGNED_IN,
    "POST /dossiers/{dossier_id}/call/{call_id}/links/{invitation_id}/renew": SIGNED_IN,
    "POST /dossiers/{dossier_id}/call/{call_id}/links/{invitation_id}/revoke": SIGNED_IN,
    "POST /dossiers/{dossier_id}/call/{call_id}/answers/{answer_id}/copy": SIGNED_IN,
    "GET /calls/{call_id}/{city}": SIGNED_IN,
    "POST /calls/{call_id}/{city}": SIGNED_IN,
    "GET /sign-in": OPEN,
    "POST /sign-in/link": OPEN,
    "GET /sign-in/link/{token}": OPEN,
    "POST /sign-in/link/{token}": OPEN,
    "POST /sign-in/choose": OPEN,
    "GET /sign-in/slack": OPEN,
    "GET /sign-in/slack/callback": OPEN,
    "POST /sign-out": OPEN,
    "GET /healthz": OPEN,
    "GET /static/{mark}/{name}": OPEN,
}
"""For each method and path of the portal."""

EXAMPLES: Mapping[str, str] = {
    "{item_id}": "1",
    "{name}": "tweedekamer",
    "{message_id}": "1",
    "{correction_id}": "1",
    "{proposal_id}": "1",
    "{mark}": "x",
    "{slug}": "niemand",
    "{person}": "niemand",
    "{token_id}": "77",
    "{token}": "x" * 43,
    "{call_id}": "77",
    "{answer_id}": "77",
    "{invitation_id}": "77",
    "{dossier_id}": "77",
    "{city}": "delft",
    "{number}": "1",
    "{format_}": "pdf",
    "{comment_id}": "77",
    "{file_id}": "77",
    "{check}": "copies_planned",
}
"""A value for each part of a path."""


def addresses(method: str) -> list[str]:
    """An address for every route of a method."""
    return [address_of(route) for route in sorted(ROUTES) if route.startswith(f"{method} ")]


def address_of(route: str) -> str:
    """An address for a route, such as "GET /items/{item_id}"."""
    address = route.partition(" ")[2]
    for part, value in EXAMPLES.items():
        address = address.replace(part, value)
    return address
