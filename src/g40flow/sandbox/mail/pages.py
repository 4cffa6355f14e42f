"""What came in, for people at /mail and for programs at /sandbox/mail."""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from g40flow.sandbox.mail.box import FaultKind, Mail, MailBox

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
FAULT_LABELS = {
    FaultKind.GREYLIST: "Kom later terug (451)",
    FaultKind.REFUSE: "Dit adres bestaat niet (550)",
    FaultKind.FULL: "De postbus is vol (552)",
    FaultKind.NO_RELAY: "Deze afzender mag hier niet versturen (550 5.7.1)",
    FaultKind.REFUSE_TEXT: "De inhoud wordt geweigerd (554)",
    FaultKind.DROP_AFTER_STORING: "De mail komt aan, maar de verbinding valt weg",
    FaultKind.DROP_BEFORE_STORING: "De verbinding valt weg en de mail is weg",
    FaultKind.DOWN: "De mailserver doet het niet (421)",
}
# A mail can do nothing here; its links open in a window of their own.
MAY_ONLY_SHOW = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
    "style-src 'unsafe-inline'; img-src data:; form-action 'none'"
)


def mail_routes(box: MailBox, *, address: str) -> list[Route]:
    """Pages for people and answers for programs. address: of the mail server, "127.0.0.1:PORT"."""
    pages, controls = _Pages(box, address), _Controls(box)
    return [
        Route("/mail", RedirectResponse("/mail/")),
        Route("/mail/", pages.overview),
        Route("/mail/{number:int}", pages.one),
        Route("/mail/{number:int}/html", pages.html),
        Route("/sandbox/mail", controls.mails),
        Route("/sandbox/mail/{number:int}", controls.mail),
        Route("/sandbox/mail/faults", controls.add_fault, methods=["POST"]),
        Route("/sandbox/mail/end-faults", controls.end_faults, methods=["POST"]),
        Route("/sandbox/mail/clear", controls.clear, methods=["POST"]),
    ]


class _Pages:
    def __init__(self, box: MailBox, address: str) -> None:
        self._box = box
        self._address = address

    async def overview(self, request: Request) -> Response:
        """All mails, newest first; ?to= shows those to one address."""
        to = request.query_params.get("to", "")
        return _page(
            "overview.html",
            mails=list(reversed(self._box.mails(to))),
            to=to,
            addresses=sorted({mail.recipient for mail in self._box.mails()}),
            faults=self._box.faults(),
            fault_labels=FAULT_LABELS,
            address=self._address,
        )

    async def one(self, request: Request) -> Response:
        """One mail in all its forms."""
        mail = _mail(self._box, request)
        return _page("one.html", mail=mail, parent=_parent(self._box.mails(), mail))

    async def html(self, request: Request) -> Response:
        """The HTML of a mail, to stand in a frame."""
        html = _mail(self._box, request).shown_html.replace("<head>", '<head><base target="_blank">', 1)
        return HTMLResponse(html, headers={"Content-Security-Policy": MAY_ONLY_SHOW})


class _Controls:
    def __init__(self, box: MailBox) -> None:
        self._box = box

    async def mails(self, request: Request) -> Response:
        """All mails, oldest first; ?to= gives those to one address."""
        rows = [_described(mail) for mail in self._box.mails(request.query_params.get("to", ""))]
        return JSONResponse(rows)

    async def mail(self, request: Request) -> Response:
        """One mail with its text, HTML and source."""
        mail = _mail(self._box, request)
        content = {"text": mail.text, "html": mail.html, "source": mail.content.decode("ascii", "replace")}
        return JSONResponse(_described(mail) | content)

    async def add_fault(self, request: Request) -> Response:
        """{"kind": ..., "address": "", "times": 1}: let something go wrong; times 0 is until it is ended."""
        try:
            values = await _values(request)
            kind, times = FaultKind(str(values.get("kind", ""))), int(values.get("times", 1))
        except ValueError:
            known = ", ".join(kind.value for kind in FaultKind)
            return JSONResponse({"error": f"verwacht kind ({known}) en times"}, 400)
        self._box.add_fault(kind, str(values.get("address", "")).strip(), times if times > 0 else None)
        return _done(request)

    async def end_faults(self, request: Request) -> Response:
        """Let everything go well again."""
        self._box.end_faults()
        return _done(request)

    async def clear(self, request: Request) -> Response:
        """Forget every mail and every fault."""
        self._box.clear()
        return _done(request)


def _mail(box: MailBox, request: Request) -> Mail:
    mail = box.mail(request.path_params["number"])
    if mail is None:
        raise HTTPException(404, "zo'n mail is er niet")
    return mail


def _parent(mails: Sequence[Mail], mail: Mail) -> Mail | None:
    """The mail that this one answers; None if it answers none that came in."""
    answered = mail.message["In-Reply-To"]
    found = (m for m in mails if answered is not None and m.message["Message-ID"] == answered)
    return next(found, None)


def _described(mail: Mail) -> dict[str, Any]:
    return {
        "number": mail.number,
        "received_at": mail.received_at.isoformat(),
        "sender": mail.sender,
        "recipient": mail.recipient,
        "subject": mail.subject,
        "message_id": str(mail.message["Message-ID"]),
        "same_as": mail.same_as,
        "headers": {name: str(value) for name, value in mail.message.items()},
    }


async def _values(request: Request) -> dict[str, Any]:
    """The values of a JSON object or a form. Raises ValueError for a body that is neither."""
    if _is_form(request):
        return dict(await request.form())
    body = json.loads(await request.body() or b"{}")
    if not isinstance(body, dict):
        raise ValueError("no object")  # noqa: TRY004 - one catcher
    return body


def _done(request: Request) -> Response:
    return RedirectResponse("/mail/", 303) if _is_form(request) else JSONResponse({"ok": True})


def _is_form(request: Request) -> bool:
    return "form" in request.headers.get("content-type", "")


def _page(name: str, **values: Any) -> HTMLResponse:
    return HTMLResponse(_TEMPLATES.get_template(name).render(values))


def _moment(moment: datetime) -> str:
    return moment.astimezone(AMSTERDAM).strftime("%d-%m-%Y %H:%M")


_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    auto_reload=False,
)
_TEMPLATES.filters["moment"] = _moment
