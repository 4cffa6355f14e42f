"""Digests in every form, as golden files have them; `python -m tests.render.digest_golden` renews those.

Read what changed (git diff) before you commit it.
"""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from g40flow.domain.digest.content import Digest
from g40flow.domain.messages import Rendered
from g40flow.notify.slack_pictures import with_files
from g40flow.render.digests import DigestRenderer
from g40flow.render.mail import MailFrame
from g40flow.resources import resource
from tests.render.digest_views import digest_cases

GOLDEN = Path(__file__).parent / "golden_digests"
PORTAL = "https://portaal.example"
URL = f"{PORTAL}/weekoverzichten/7"


def renderer() -> DigestRenderer:
    """With buttons in Slack."""
    return DigestRenderer(resource("templates"), portal_url=PORTAL, interactive=True)


def golden_files() -> Iterator[tuple[str, str]]:
    """(name, content) of every file."""
    writer = renderer()
    for case, digest in digest_cases().items():
        yield from _forms(writer, case, digest)


@cache
def as_files() -> dict[str, str]:
    """What each file must hold now, written once in a process."""
    return dict(golden_files())


def _forms(writer: DigestRenderer, case: str, digest: Digest) -> Iterator[tuple[str, str]]:
    rendered = writer.message(digest, URL, (0, len(digest.lines)))
    yield f"{case}.txt", f"{rendered.summary}\n---\n{rendered.text}\n"
    yield f"{case}.html", MailFrame(resource("templates")).html(rendered)
    pieces = [writer.message(digest, URL, lines) for lines in writer.split(digest, URL)]
    blocks = [{"summary": piece.summary, "blocks": with_files(piece, _files(piece))} for piece in pieces]
    yield f"{case}.slack.json", json.dumps(blocks, ensure_ascii=False, indent=1) + "\n"
    yield f"{case}.md", writer.markdown(digest)
    page = [
        f"<h2>{part.heading}</h2>\n" + "\n".join(f"<p>{entry.words}</p>" for entry in part.entries)
        for part in writer.shown(digest)
    ]
    yield f"{case}.page.html", "\n".join(page) + "\n"


def _files(rendered: Rendered) -> dict[str, str]:
    """As if Slack had given its pictures ids."""
    return {picture.cid: f"F{picture.name.upper():0<9}" for picture in rendered.pictures}


def main() -> None:
    """Write every file anew."""
    GOLDEN.mkdir(parents=True, exist_ok=True)
    wanted = dict(golden_files())
    for old in GOLDEN.iterdir():
        if old.name not in wanted:
            old.unlink()
    for name, content in wanted.items():
        (GOLDEN / name).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main()
