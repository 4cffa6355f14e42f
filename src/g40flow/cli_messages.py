"""`g40flow messages`: what the program sends, to look at. Imports happen inside commands."""

from pathlib import Path
from typing import Annotated

import typer

messages = typer.Typer(help="De berichten die g40flow verstuurt.", no_args_is_help=True)


@messages.callback()
def _group() -> None:
    """De berichten die g40flow verstuurt."""


@messages.command("gallery")
def gallery(
    file: Annotated[Path, typer.Argument(help="Waar de voorbeelden komen (JSON).")] = Path("gallery.json"),
) -> None:
    """Schrijf van elke soort bericht voorbeelden in alle vormen, voor `g40flow sandbox --gallery`."""
    from g40flow.render.samples.gallery import write_gallery

    count = write_gallery(file)
    typer.echo(f"{count} voorbeelden in {file}. Bekijk ze met: g40flow sandbox --gallery {file}")
