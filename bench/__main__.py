"""Speed and memory beside a floor: `python -m bench [--full] [NAME ...]`; writes docs/benchmarks.md."""

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bench import report

USUAL_ENTRIES, FULL_ENTRIES = 20_000, 200_000


@dataclass(frozen=True)
class Part:
    """One thing that is measured. measure: given the number of entries of a long feed."""

    name: str
    measure: Callable[[int], report.Section]


def parts() -> Iterator[Part]:
    """In the order of the report. Imported here, so that --help answers at once."""
    from bench import (
        calendars,
        delivery,
        digests,
        items,
        latency,
        planning,
        polling,
        portal,
        rerouting,
        routing,
        searching,
        starting,
        sync,
    )

    yield Part("sync", sync.measure)
    yield Part("items", items.measure)
    yield Part("routing", routing.measure)
    yield Part("polling", polling.measure)
    yield Part("latency", latency.measure)
    yield Part("delivery", delivery.measure)
    yield Part("starting", starting.measure)
    yield Part("searching", searching.measure)
    yield Part("portal", portal.measure)
    yield Part("rerouting", rerouting.measure)
    yield Part("planning", planning.measure)
    yield Part("calendars", calendars.measure)
    yield Part("digests", digests.measure)


def main() -> None:
    """Measure the parts that were asked for, all of them if none was."""
    known = {part.name: part for part in parts()}
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(known)}")
    parser.add_argument("--full", action="store_true", help=f"a feed of {FULL_ENTRIES:,} entries")
    arguments = parser.parse_args()
    if unknown := sorted(set(arguments.names) - known.keys()):
        parser.error(f"unknown part {', '.join(unknown)}")
    for name in arguments.names or known:
        section = known[name].measure(FULL_ENTRIES if arguments.full else USUAL_ENTRIES)
        print(report.markdown(section), flush=True)
        report.write([section])


if __name__ == "__main__":
    main()
