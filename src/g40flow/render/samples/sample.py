"""One message with made-up contents."""

from dataclasses import dataclass

from g40flow.domain.messages import Rendered


@dataclass(frozen=True)
class Sample:
    """kind: of the message; case: the situation it is in, a word; rendered: as it is sent."""

    kind: str
    case: str
    rendered: Rendered
