"""Every message in every form, one file per kind: `python -m tests.render.golden_files` renews them all."""

import json
import re
from collections.abc import Iterable
from functools import cache
from itertools import groupby
from pathlib import Path

from g40flow.domain.messages import Rendered
from g40flow.render.samples.all_samples import all_samples
from g40flow.render.samples.sample import Sample

FOLDER = Path(__file__).parent / "golden"
_HEADING = re.compile(r"^#{8} (\S+) #{8}$", re.MULTILINE)
_LOOKS = re.compile(r' (?:style|class|role|width|align|border|cellpadding|cellspacing)="[^"]*"')


def golden_files(samples: Iterable[Sample]) -> dict[str, str]:
    """What each file must hold, by its name."""
    ordered = sorted(samples, key=lambda sample: sample.kind)
    return {
        f"{kind}.txt": "\n".join(_shown(alike))
        for kind, alike in groupby(ordered, key=lambda sample: sample.kind)
    }


@cache
def samples() -> tuple[Sample, ...]:
    """Every message, written once in a process."""
    return tuple(all_samples())


@cache
def messages() -> dict[str, Rendered]:
    """The same by kind and case."""
    return {f"{sample.kind}_{sample.case}": sample.rendered for sample in samples()}


@cache
def as_files() -> dict[str, str]:
    """What each file must hold now."""
    return golden_files(samples())


def names() -> list[str]:
    """Of the messages in the files, by kind and case: known before any is written."""
    return [
        f"{path.stem}_{case}"
        for path in sorted(FOLDER.iterdir())
        for case in _HEADING.findall(path.read_text(encoding="utf-8"))
    ]


def _shown(samples: Iterable[Sample]) -> Iterable[str]:
    for sample in samples:
        rendered = sample.rendered
        marks = [name for name in ("to_channel", "change", "private") if getattr(rendered, name)]
        yield f"######## {sample.case} ########"
        yield f"Onderwerp: {rendered.summary}" + (f"   ({', '.join(marks)})" if marks else "")
        yield f"\n-------- tekst\n{rendered.text}"
        yield f"\n-------- mail\n{_without_looks(rendered.html)}"
        yield "\n-------- slack"
        yield from (json.dumps(block, ensure_ascii=False) for block in rendered.blocks)
        yield ""


def _without_looks(html: str) -> str:
    """Elements and text; how they look stands whole in golden_mail/."""
    return "\n".join(line for line in _LOOKS.sub("", html).splitlines() if line.strip())


def main() -> None:
    """Write every file anew, and take away those of kinds that are gone."""
    wanted = golden_files(all_samples())
    for path in FOLDER.iterdir():
        if path.name not in wanted:
            path.unlink()
    for name, content in wanted.items():
        (FOLDER / name).write_text(content, encoding="utf-8")
    print(f"{len(wanted)} files in {FOLDER}: read what changed before you commit it")


if __name__ == "__main__":
    main()
