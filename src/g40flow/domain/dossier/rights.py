"""Acts that are not steps, and who may do them. Together with the table of steps this is all there is.

docs/rights.md is printed from both; every cell of it is tested.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from g40flow.domain.errors import NotAllowed
from g40flow.domain.network import Role


class Right(StrEnum):
    """One kind of act on a dossier or on the network."""

    READ = "read"
    OPEN_DOSSIER = "open_dossier"
    EDIT_DOSSIER = "edit_dossier"  # title, partners, confidentiality, deadlines, exceptions
    ROUTE_DOSSIER = "route_dossier"  # which groups, who leads, merging
    ANSWER_FOR_GROUP = "answer_for_group"  # accept or reject on behalf of the own group
    FIX_PLAN = "fix_plan"  # response type, pen holder, plan
    WRITE_VERSION = "write_version"
    EDIT_ADOPTED_TEXT = "edit_adopted_text"  # what stays adopted, because nothing is said differently
    EDIT_POINTS = "edit_points"
    COMMENT = "comment"
    OBJECT = "object"  # a comment that holds up the political agreement
    DISPOSE_COMMENT = "dispose_comment"
    DISPOSE_OBJECTION = "dispose_objection"  # of somebody else
    RUN_CALL = "run_call"
    ANSWER_CALL = "answer_call"
    OPEN_ROUND = "open_round"
    DECIDE = "decide"
    RECORD_MEETING = "record_meeting"  # what a meeting decided, by its secretary
    DECIDE_BY_MANDATE = "decide_by_mandate"
    EXTEND_ROUND = "extend_round"  # more time for an open round, or a later meeting
    CLOSE_ROUND = "close_round"
    REGISTER_MANDATE = "register_mandate"
    RATIFY = "ratify"
    CHECK_SUBMISSION = "check_submission"
    STORE_RECEIPT = "store_receipt"
    STORE_LINK = "store_link"
    RECORD_OUTCOME = "record_outcome"
    COSIGN = "cosign"
    MANAGE_SIGNATURES = "manage_signatures"
    READ_HISTORY = "read_history"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_LIBRARY = "manage_library"
    MANAGE_TOKENS = "manage_tokens"
    CORRECT_ROUTING = "correct_routing"
    CORRECT_FAMILY = "correct_family"  # which items belong together
    RETRY_MESSAGE = "retry_message"
    REVIEW_SOURCES = "review_sources"  # tick off what was odd about a publisher
    OPEN_CAMPAIGN = "open_campaign"
    EDIT_CAMPAIGN = "edit_campaign"  # what it says, its days, position, stakeholder map, documents
    SETTLE_MANDATE = "settle_mandate"  # as it is asked of the pillar, until the pillar gave it
    CHANGE_MANDATE = "change_mandate"  # after the pillar gave it
    ADOPT_FOR_BODY = "adopt_for_body"  # what the own body adopts, see domain/campaigns/bodies.py
    EDIT_ASKS = "edit_asks"
    RECORD_ASK_RESULT = "record_ask_result"
    LOG_TOUCHPOINT = "log_touchpoint"
    EDIT_TOUCHPOINT = "edit_touchpoint"  # of somebody else
    MANAGE_STAKEHOLDERS = "manage_stakeholders"
    MANAGE_HOOKS = "manage_hooks"  # moments in parliament: which count, and what is ready for them
    MANAGE_PERSONAL_DATA = "manage_personal_data"  # hand out and erase what is kept of a person
    READ_BOARD_DIGEST = "read_board_digest"  # the weekly digests of the board and of the pillars
    READ_STAFF_DIGEST = "read_staff_digest"  # that of the secretariat, and what digests led to
    READ_REPORTS = "read_reports"  # figures of a year, and the sheet of a campaign
    IMPORT_HISTORY = "import_history"  # past work, from files


_EVERYBODY = frozenset(Role)
_INSIDE = _EVERYBODY - {Role.PARTNER}
_PA = frozenset({Role.PA_OFFICER})
_GROUP = frozenset({Role.THEME_GROUP_LEAD, Role.THEME_GROUP_SECRETARY})
_PILLAR = frozenset({Role.PILLAR_CHAIR, Role.PILLAR_VICE_CHAIR})
_BOARD = frozenset({Role.BOARD_MEMBER, Role.BOARD_CHAIR})
_OFFICE = frozenset({Role.PA_OFFICER, Role.BOARD_SECRETARY})

RIGHTS: Mapping[Right, frozenset[Role]] = {
    Right.READ: _EVERYBODY,
    Right.OPEN_DOSSIER: _PA | _GROUP,
    Right.EDIT_DOSSIER: _PA | frozenset({Role.THEME_GROUP_SECRETARY}),
    Right.ROUTE_DOSSIER: _PA,
    Right.ANSWER_FOR_GROUP: frozenset({Role.THEME_GROUP_LEAD}),
    Right.FIX_PLAN: _PA | _GROUP | frozenset({Role.PILLAR_CHAIR}),
    Right.WRITE_VERSION: frozenset({Role.PEN_HOLDER, Role.THEME_GROUP_SECRETARY}),
    Right.EDIT_ADOPTED_TEXT: frozenset({Role.BOARD_SECRETARY}),
    Right.EDIT_POINTS: frozenset({Role.PEN_HOLDER, Role.THEME_GROUP_SECRETARY}),
    Right.COMMENT: _INSIDE - {Role.AUDITOR},
    Right.OBJECT: frozenset({Role.THEME_GROUP_LEAD, Role.THEME_GROUP_MEMBER}) | _PILLAR | _BOARD,
    Right.DISPOSE_COMMENT: frozenset({Role.THEME_GROUP_SECRETARY, Role.PEN_HOLDER}),
    Right.DISPOSE_OBJECTION: _PILLAR,
    Right.RUN_CALL: frozenset({Role.THEME_GROUP_SECRETARY}),
    Right.ANSWER_CALL: frozenset({Role.CITY_COORDINATOR}),
    Right.OPEN_ROUND: frozenset({Role.BOARD_SECRETARY}),
    Right.DECIDE: _BOARD,
    Right.RECORD_MEETING: frozenset({Role.BOARD_SECRETARY}),
    Right.DECIDE_BY_MANDATE: frozenset({Role.BOARD_CHAIR, Role.PILLAR_CHAIR}),
    Right.EXTEND_ROUND: frozenset({Role.BOARD_SECRETARY}),
    Right.CLOSE_ROUND: frozenset({Role.BOARD_SECRETARY}),
    Right.REGISTER_MANDATE: frozenset({Role.BOARD_SECRETARY}),
    Right.RATIFY: frozenset({Role.BOARD_SECRETARY}),
    Right.CHECK_SUBMISSION: _OFFICE | frozenset({Role.THEME_GROUP_SECRETARY, Role.COMMUNICATIONS}),
    Right.STORE_RECEIPT: _PA,
    Right.STORE_LINK: _PA | frozenset({Role.COMMUNICATIONS}),
    Right.RECORD_OUTCOME: _PA | frozenset({Role.THEME_GROUP_SECRETARY}),
    Right.COSIGN: frozenset({Role.PARTNER}),
    Right.MANAGE_SIGNATURES: _PA | frozenset({Role.THEME_GROUP_SECRETARY}),
    Right.READ_HISTORY: _INSIDE,
    Right.MANAGE_PEOPLE: _OFFICE,
    Right.MANAGE_LIBRARY: _PA | _GROUP,
    Right.MANAGE_TOKENS: _OFFICE,
    Right.CORRECT_ROUTING: _PA | _GROUP,
    Right.CORRECT_FAMILY: _PA,
    Right.RETRY_MESSAGE: _OFFICE,
    Right.REVIEW_SOURCES: _OFFICE,
    Right.OPEN_CAMPAIGN: _PA | _GROUP | _PILLAR | frozenset({Role.PILLAR_SECRETARY}),
    Right.EDIT_CAMPAIGN: _PA | _GROUP | frozenset({Role.PEN_HOLDER, Role.PILLAR_SECRETARY}),
    Right.SETTLE_MANDATE: _PA | _GROUP | _PILLAR | frozenset({Role.PEN_HOLDER, Role.PILLAR_SECRETARY}),
    Right.CHANGE_MANDATE: _PILLAR,
    Right.ADOPT_FOR_BODY: _GROUP | _PILLAR | _OFFICE | frozenset({Role.BOARD_CHAIR}),
    Right.EDIT_ASKS: _PA | _GROUP | frozenset({Role.PEN_HOLDER}),
    Right.RECORD_ASK_RESULT: _PA | frozenset({Role.THEME_GROUP_SECRETARY, Role.PEN_HOLDER}),
    Right.LOG_TOUCHPOINT: _INSIDE - {Role.AUDITOR},
    Right.EDIT_TOUCHPOINT: _PA | frozenset({Role.THEME_GROUP_SECRETARY}),
    Right.MANAGE_STAKEHOLDERS: _PA | _GROUP | frozenset({Role.PILLAR_SECRETARY}),
    Right.MANAGE_HOOKS: _PA | _GROUP | frozenset({Role.PEN_HOLDER, Role.PILLAR_SECRETARY}),
    Right.MANAGE_PERSONAL_DATA: _OFFICE,
    Right.READ_BOARD_DIGEST: _BOARD | _PILLAR | _OFFICE | frozenset({Role.PILLAR_SECRETARY}),
    Right.READ_STAFF_DIGEST: _OFFICE,
    Right.READ_REPORTS: _INSIDE,
    Right.IMPORT_HISTORY: _OFFICE,
}


def has_right(right: Right, roles: Iterable[Role]) -> bool:
    """Whether somebody with these roles may do it."""
    return bool(RIGHTS[right].intersection(roles))


def require(right: Right, roles: Iterable[Role]) -> None:
    """Raises NotAllowed if none of the roles may do it."""
    held = frozenset(roles)
    if not has_right(right, held):
        raise NotAllowed(
            f"{right} is for {sorted(RIGHTS[right])}, not for {sorted(held)}", roles=RIGHTS[right]
        )
