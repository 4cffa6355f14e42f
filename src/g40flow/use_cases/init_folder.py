"""Setting up a folder of one's own from what comes with the program."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from g40flow.resources import resource

PARTS = ("config", "flows", "prefect.yaml")


def init_folder(folder: Path) -> tuple[list[Path], list[Path]]:
    """Copy the example files; returns (written, left as they were). Never overwrites."""
    written: list[Path] = []
    kept: list[Path] = []
    for part in PARTS:
        origin = resource(part)
        for path in _files(origin):
            target = folder / path.relative_to(origin.parent)
            if target.exists():
                kept.append(target)
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
            written.append(target)
    return written, kept


def _files(origin: Path) -> Iterator[Path]:
    if origin.is_file():
        yield origin
        return
    for path in sorted(origin.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path
