"""Style sheet and icon: read once, served under an address that changes with their content."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Response

from g40flow.domain.errors import NotFound
from g40flow.resources import resource

MEDIA_TYPES = {".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
FOR_A_YEAR = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Assets:
    """Files by name. Only what is in here is ever served, so no path can lead elsewhere."""

    files: Mapping[str, bytes]

    def url(self, name: str) -> str:
        """Address of a file, with a mark of its content."""
        return f"/static/{hashlib.sha256(self.files[name]).hexdigest()[:12]}/{name}"

    def router(self) -> APIRouter:
        """The route that serves the files."""
        router = APIRouter()

        @router.get("/static/{mark}/{name}")
        def asset(mark: str, name: str) -> Response:
            if name not in self.files or self.url(name) != f"/static/{mark}/{name}":
                raise NotFound(f"no file {name!r} with mark {mark!r}")
            media_type = MEDIA_TYPES[name[name.rindex(".") :]]
            return Response(self.files[name], media_type=media_type, headers={"Cache-Control": FOR_A_YEAR})

        return router


def load_assets() -> Assets:
    """Everything in templates/web/static."""
    folder = resource("templates") / "web" / "static"
    return Assets({p.name: p.read_bytes() for p in folder.iterdir() if p.suffix in MEDIA_TYPES})
