"""Weekly digests: the archive, one digest to read or print, and the same as PDF."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import HTMLResponse, Response

from g40flow.bootstrap import App
from g40flow.domain.actors import Actor
from g40flow.domain.digest.audiences import ONE_OF_MANY, Audience, AudienceKind
from g40flow.domain.network import Network
from g40flow.domain.reach import PERSON
from g40flow.storage.digest_tables import DigestRow
from g40flow.storage.digests import read_digest
from g40flow.storage.preferences import wants_plain_words
from g40flow.use_cases.digest.read_digest import DigestRead, digest_for, digests_for, readable_kinds
from g40flow.web.actor import CurrentActor
from g40flow.web.paging import LAST_PAGE, Paging
from g40flow.web.wiring import CurrentApp, CurrentPages

router = APIRouter(prefix="/weekoverzichten")

PER_PAGE = 25
DigestId = Annotated[int, Path(ge=1, le=2**62)]


@dataclass(frozen=True, kw_only=True)
class ArchiveLine:
    """One digest in the archive."""

    row: DigestRow
    title: str


@router.get("")
def archive(
    app: CurrentApp,
    pages: CurrentPages,
    actor: CurrentActor,
    audience: Annotated[str, Query(alias="voor", max_length=120)] = "",
    page: Annotated[int, Query(ge=1, le=LAST_PAGE)] = 1,
) -> HTMLResponse:
    """Every digest that the viewer may read."""
    paging = Paging(number=page, size=PER_PAGE)
    with app.database.reading() as session:
        rows, total = digests_for(session, actor, audience=audience, limit=PER_PAGE, offset=paging.offset)
    return pages.show(
        "digests.html",
        here="digests",
        lines=[ArchiveLine(row=row, title=app.digests.title(read_digest(row))) for row in rows],
        choices=_choices(app.network, actor),
        audience=audience,
        paging=paging.of(total),
        filters={"voor": audience},
    )


@router.get("/{digest_id}")
def one(digest_id: DigestId, app: CurrentApp, pages: CurrentPages, actor: CurrentActor) -> HTMLResponse:
    """One digest, as it was made."""
    read = _read(app, digest_id, actor)
    with app.database.reading() as session:
        plain = wants_plain_words(session, f"{PERSON}{actor.person}")
    return pages.show(
        "digest.html",
        here="digests",
        read=read,
        title=app.digests.title(read.digest),
        sections=app.digests.shown(read.digest, in_plain_words=plain),
        pictures=app.digests.pictures(read.digest),
        picture_heading=app.digests.picture_heading,
    )


@router.get("/{digest_id}/pdf")
def as_pdf(digest_id: DigestId, app: CurrentApp, actor: CurrentActor) -> Response:
    """The same to keep, or to take to a meeting."""
    from g40flow.render.digest_pdf import digest_details, digest_pdf
    from g40flow.render.documents import PDF, neutral_file_name

    read = _read(app, digest_id, actor)
    details = digest_details(read.digest, app.digests, app.documents, app.network.name)
    return Response(
        digest_pdf(read.digest, app.digests, app.documents, app.network.name),
        media_type=PDF,
        headers={"Content-Disposition": f'attachment; filename="{neutral_file_name(details, "pdf")}"'},
    )


def _read(app: App, digest_id: int, actor: Actor) -> DigestRead:
    with app.database.reading() as session:
        return digest_for(session, digest_id, actor, app.now())


def _choices(network: Network, actor: Actor) -> list[tuple[str, str, str]]:
    """(key, kind, name) of every audience of which the viewer may read the digests."""
    slugs = {
        AudienceKind.THEME_GROUP: [(group.slug, group.name) for group in network.theme_groups],
        AudienceKind.PILLAR: [(pillar.slug, pillar.name) for pillar in network.pillars],
        AudienceKind.PERSON: [(actor.person, "")],
    }
    return [
        (Audience(kind=kind, slug=slug).key, kind.value, name)
        for kind in readable_kinds(actor)
        for slug, name in (slugs[kind] if kind in ONE_OF_MANY else [("", "")])
    ]
