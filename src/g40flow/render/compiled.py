"""Compiled templates, kept for as long as the program runs."""

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket


class CompiledTemplates(BytecodeCache):
    """Lets a template be compiled once, however many environments of one kind there are.

    A program has several (for messages, for Slack's screens, for the portal), and compiling takes
    longer than most pages. One of these is for environments with the same settings and filters only:
    Jinja works out constants while it compiles.
    """

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill a bucket with what was compiled from the same source, if anything."""
        if (found := self._kept.get((bucket.key, bucket.checksum))) is not None:
            bucket.bytecode_from_string(found)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._kept[bucket.key, bucket.checksum] = bucket.bytecode_to_string()
