"""What went wrong, as application/problem+json (RFC 9457), in English with codes that stay."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from g40flow.domain.errors import (
    CallRefused,
    GuardFailed,
    InvalidInput,
    NotAllowed,
    NotFound,
    SignInFailed,
    StaleVersion,
    StepNotAllowed,
    TooManyAttempts,
)
from g40flow.web.guard import add_safety_headers

MEDIA_TYPE = "application/problem+json"


class Mistake(BaseModel):
    """One part of a request that cannot be used."""

    field: str = Field(description="Where it stands, such as body.url or query.limit")
    code: str = Field(description="Kind of mistake; stable")


class Problem(BaseModel):
    """Why a request was not done; nothing was changed."""

    title: str
    status: int
    code: str = Field(description="Kind of problem; stable, for programs")
    detail: str = Field(default="", description="For people who look at a log")
    mistakes: list[Mistake] = []


_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "required": ["title", "status", "code", "detail", "mistakes"],
    "properties": {
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "Kind of problem; stable, for programs"},
        "detail": {"type": "string"},
        "mistakes": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code"],
                "properties": {"field": {"type": "string"}, "code": {"type": "string"}},
            },
        },
    },
}

_TITLES: Mapping[int, str] = {
    400: "The request cannot be read",
    401: "A token that works is needed: Authorization: Bearer TOKEN",
    403: "The person of this token may not do this, or the token may only read",
    404: "There is no such thing, or the person of this token may not know of it",
    405: "This method is not possible here",
    409: "This cannot be done now, or it was done on a state that is not the current one",
    413: "The request is too large",
    415: "Only application/json is understood",
    422: "Part of the request cannot be used",
    429: "Too many attempts",
}

RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {"description": _TITLES[status], "content": {MEDIA_TYPE: {"schema": _SCHEMA}}}
    for status in (400, 401, 403, 404, 409, 422, 429)
}
"""What every route may answer besides what it is for."""


def problem(
    status: int,
    code: str,
    detail: str = "",
    *,
    mistakes: list[Mistake] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """The answer that says what went wrong."""
    said = Problem(
        title=_TITLES.get(status, HTTPStatus(status).phrase),
        status=status,
        code=code,
        detail=detail,
        mistakes=mistakes or [],
    )
    return JSONResponse(said.model_dump(), status_code=status, media_type=MEDIA_TYPE, headers=headers)


def add_problems(api: FastAPI) -> None:
    """Answer every error in this form."""

    @api.exception_handler(SignInFailed)
    def without_token(request: Request, error: SignInFailed) -> JSONResponse:
        return problem(401, "token_needed", headers={"WWW-Authenticate": "Bearer"})

    @api.exception_handler(StepNotAllowed)
    def not_now(request: Request, error: StepNotAllowed) -> JSONResponse:
        return problem(409, "not_now", str(error))

    @api.exception_handler(NotAllowed)
    def refused(request: Request, error: NotAllowed) -> JSONResponse:
        return problem(403, "not_allowed", str(error))

    @api.exception_handler(NotFound)
    def missing(request: Request, error: NotFound) -> JSONResponse:
        return problem(404, "not_found")

    @api.exception_handler(StaleVersion)
    def stale(request: Request, error: StaleVersion) -> JSONResponse:
        return problem(409, "stale", str(error))

    @api.exception_handler(GuardFailed)
    def guarded(request: Request, error: GuardFailed) -> JSONResponse:
        return problem(409, "conditions_fail", str(error))

    @api.exception_handler(CallRefused)
    def call_refused(request: Request, error: CallRefused) -> JSONResponse:
        return problem(409, f"call_{error.code}")

    @api.exception_handler(InvalidInput)
    def unusable(request: Request, error: InvalidInput) -> JSONResponse:
        mistake = Mistake(field=f"body.{error.field}" if error.field else "body", code=error.code)
        return problem(422, "invalid_input", mistakes=[mistake])

    @api.exception_handler(TooManyAttempts)
    def too_often(request: Request, error: TooManyAttempts) -> JSONResponse:
        seconds = str(int(error.retry_after.total_seconds()))
        return problem(429, "too_many_attempts", headers={"Retry-After": seconds})

    @api.exception_handler(RequestValidationError)
    def unreadable(request: Request, error: RequestValidationError) -> JSONResponse:
        mistakes = [
            Mistake(field=".".join(map(str, one["loc"])), code=str(one["type"])) for one in error.errors()
        ]
        return problem(422, "invalid_input", mistakes=mistakes)

    @api.exception_handler(HTTPException)
    def other(request: Request, error: HTTPException) -> JSONResponse:
        codes = {404: "not_found", 405: "method_not_allowed"}
        return problem(error.status_code, codes.get(error.status_code, "bad_request"), headers=error.headers)

    @api.exception_handler(Exception)
    def broken(request: Request, error: Exception) -> JSONResponse:
        # Answered outside all middleware; the error itself is logged by Starlette.
        answer = problem(500, "broken", "The fault is ours")
        add_safety_headers(answer.headers)
        return answer
