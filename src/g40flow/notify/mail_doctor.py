"""Whether mail can leave, and what to do if not. Sends nothing."""

from collections.abc import Iterable, Iterator

from g40flow.domain.checks import Check
from g40flow.domain.errors import DeliveryError
from g40flow.domain.mail_address import usable_address
from g40flow.domain.network import Person
from g40flow.notify.mail_calls import MailCalls


def mail_checks(calls: MailCalls, people: Iterable[Person]) -> Iterator[Check]:
    """The connection with its privacy and password, and the addresses of people."""
    try:
        with calls.connection() as client:
            code, _ = client.noop()
    except (DeliveryError, OSError) as error:
        yield Check(what="mailserver", ok=False, found="niet te gebruiken", advice=str(error))
    else:
        yield Check(what="mailserver", ok=code == 250, found=f"antwoordt als {calls.described}")
    unusable = [person.slug for person in people if usable_address(person.email) is None]
    if unusable:
        yield Check(
            what="mailadressen",
            ok=False,
            found=f"onbruikbaar: {', '.join(unusable)}",
            advice="verbeter ze in people.yaml",
        )
