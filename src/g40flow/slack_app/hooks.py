"""The buttons of messages about moments in parliament: which count, and what is ready."""

from collections.abc import Callable
from dataclasses import dataclass

from g40flow.domain.errors import InvalidInput
from g40flow.slack_app.answers import Answer, Say
from g40flow.slack_app.dispatch import Table
from g40flow.slack_app.turn import Turn
from g40flow.storage.hook_tables import Hook
from g40flow.use_cases.campaigns.hooks import accept_hook, dismiss_hook, finish_preparation


@dataclass(frozen=True, kw_only=True)
class HookButton:
    """What a button carries. preparation: word of Preparation, "" if it is about the moment itself."""

    dossier_id: int
    hook_id: int
    preparation: str

    @classmethod
    def of(cls, value: str) -> "HookButton":
        """Raises InvalidInput for what is no value of ours."""
        dossier, hook, preparation = (*value.split(":"), "", "", "")[:3]
        numbers = dossier.isdecimal() and hook.isdecimal()
        if not (numbers and value.isascii() and len(value) < 100):
            raise InvalidInput("slack_value", f"no value of a moment: {value!r}")
        return cls(dossier_id=int(dossier), hook_id=int(hook), preparation=preparation)


def ready(turn: Turn) -> Answer:
    """What was to be ready is."""
    button = HookButton.of(turn.done.value)
    with turn.writing() as session:
        finish_preparation(
            session,
            turn.app.desk,
            button.dossier_id,
            button.hook_id,
            button.preparation,
            actor=turn.actor,
            seen_revision=None,  # it is ready whatever else changed
            now=turn.now,
        )
    return Say(text=turn.views.confirmation("hook_ready"))


def _choosing(use_case: Callable[..., Hook], said: str) -> Callable[[Turn], Answer]:
    def choose(turn: Turn) -> Answer:
        button = HookButton.of(turn.done.value)
        with turn.writing() as session:
            hook = use_case(
                session,
                turn.app.desk,
                button.dossier_id,
                button.hook_id,
                actor=turn.actor,
                seen_revision=None,  # of two who choose the second hears that it was done
                now=turn.now,
            )
        return Say(text=turn.views.confirmation(said, title=hook.title))

    return choose


HOOKS = Table(
    actions={
        "hook_accept": _choosing(accept_hook, "hook_accepted"),
        "hook_dismiss": _choosing(dismiss_hook, "hook_dismissed"),
        "hook_ready": ready,
    }
)
