"""Messages about coming in, made from values and templates/messages/. Pure."""

from pathlib import Path

from g40flow.domain.instants import dutch_date
from g40flow.domain.messages import Rendered, SignInMail
from g40flow.render.forms import MessageForms


class AccessRenderer:
    """Makes finished messages. templates: the folder that holds messages/."""

    def __init__(self, templates: Path) -> None:
        self._forms = MessageForms(templates)

    def sign_in_link(self, view: SignInMail) -> Rendered:
        """To somebody who asked for it: a link to sign in with. Private."""
        values = {"view": view, "today": dutch_date(view.until)}
        return self._forms.written("sign_in_link", values, private=True)
