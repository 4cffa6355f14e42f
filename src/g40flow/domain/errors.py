"""Everything that g40flow raises on purpose.

G40FlowError
├── ConfigError              a file in config/ or an environment variable is wrong
├── SourceError              something about a publisher; the last good state is kept
│   ├── SourceUnavailable    no usable answer now (outage, time-out, 5xx): look again later
│   ├── SourceChanged        an answer that does not have the agreed form: a person must look
│   └── SourceSuspicious     a well-formed answer that is too good or too bad to be true
├── DeliveryError            a message could not be handed to its channel
├── AlreadyRunning           another process holds the claim on this piece of work
├── NotFound                 what was asked for does not exist
├── StaleVersion             a decision was made on a state that is no longer the current one
├── NotAllowed               somebody may not do this
│   └── StepNotAllowed       nobody may at this stage, or not with these roles
├── SignInFailed             somebody could not show who he is
├── TooManyAttempts          something was tried more often than people do
├── CallRefused              a call for input takes no answer (any more), or not by this link
├── GuardFailed              a step whose conditions do not hold yet
├── InvalidInput             what somebody filled in cannot be used
├── ImportRefused            files of past work could not be taken in; nothing of them was
├── BackUpFailed             a copy of the database could not be made, or is none of ours
└── HistoryBroken            the history does not chain: somebody changed what may not change
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta


class G40FlowError(Exception):
    """Root of all errors raised on purpose; the message says what was expected and found."""


class ConfigError(G40FlowError):
    """A file in config/ or an environment variable is wrong. Names file, line and key."""


class SourceError(G40FlowError):
    """Something about a publisher. Nothing of the page in question has been stored."""


class SourceUnavailable(SourceError):
    """No usable answer now. retry_after: what the publisher asked for, None if it did not."""

    def __init__(self, message: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class SourceChanged(SourceError):
    """An answer that does not have the agreed form."""


class SourceSuspicious(SourceError):
    """A well-formed answer that cannot be believed, such as a list that halved overnight."""


class DeliveryError(G40FlowError):
    """A message could not be handed to its channel.

    retry_after: wait at least so long; None leaves it to the sender's own back-off.
    permanent: trying again is useless, a person must look.
    unsure: the channel may have accepted the message; look there before sending again.
    outage: the channel is not there or too busy, whatever the message; it is worth trying for as long as
        that lasts.
    recipient: the refusal is about the one it was for, not about the channel; if it is permanent,
        the channel knows nobody of that name and another channel may.
    """

    def __init__(
        self,
        message: str,
        *,
        retry_after: timedelta | None = None,
        permanent: bool = False,
        unsure: bool = False,
        outage: bool = False,
        recipient: bool = False,
    ) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.outage = outage
        self.permanent = permanent
        self.unsure = unsure
        self.recipient = recipient


class AlreadyRunning(G40FlowError):
    """Another process holds the claim on this piece of work."""


class NotFound(G40FlowError):
    """What was asked for does not exist."""


class StaleVersion(G40FlowError):
    """A decision was made on a state that is no longer the current one; nothing was changed."""


class NotAllowed(G40FlowError):
    """Somebody may not do this; nothing was changed.

    roles: the identifiers of the roles that may, sorted; empty when no role makes the difference.
    """

    def __init__(self, message: str, *, roles: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.roles = tuple(sorted(roles))


class StepNotAllowed(NotAllowed):
    """A step that cannot be taken from this stage, or not by somebody with these roles."""


class SignInFailed(G40FlowError):
    """Somebody could not show who he is; nothing was changed.

    code: "link_unknown", "link_used", "link_expired", "nobody" (no such person, or not any more),
    "slack_refused", "slack_unreachable", "slack_answer" (what came back cannot be believed),
    "slack_team", "slack_email" or "slack_other" (the person is another Slack user); "token" for
    a program. Its Dutch sentence is in templates/web/sign_in.html.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class TooManyAttempts(G40FlowError):
    """Something was tried more often than people do. retry_after: when it is allowed again at the latest."""

    def __init__(self, message: str, *, retry_after: timedelta) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class CallRefused(G40FlowError):
    """A call for input takes no answer; nothing was changed.

    code: "link" (unknown, expired or revoked: who has none must not learn which), "closed" (the term
    is over) or "cancelled". Its Dutch sentences are in templates/web/call_refused.html.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class GuardFailed(G40FlowError):
    """A step whose conditions do not hold yet. guards: words of g40flow.domain.dossier.workflow.Guard."""

    def __init__(self, action: str, guards: Sequence[str]) -> None:
        super().__init__(f"{action!r} must wait: {', '.join(guards)} does not hold")
        self.guards = tuple(guards)


class InvalidInput(G40FlowError):
    """What somebody filled in cannot be used.

    code: the kind of mistake, a short English word with underscores; its Dutch sentence is in
    templates/web/labels.html. field: the name of the field; "" for the whole.
    """

    def __init__(self, code: str, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.field = field


class ImportRefused(G40FlowError):
    """Files of past work could not be taken in; nothing of them was."""


class BackUpFailed(G40FlowError):
    """A copy of the database could not be made, or what should be put back is none."""


class HistoryBroken(G40FlowError):
    """An entry of the history does not follow from the one before."""
