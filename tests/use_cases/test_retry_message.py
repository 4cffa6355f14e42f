import pytest

from g40flow.domain.errors import DeliveryError, NotFound, StaleVersion
from g40flow.storage.tables import MessageState
from g40flow.use_cases.retry_message import retry_message
from tests.use_cases.conftest import MainJob
from tests.use_cases.publisher import consultation


@pytest.fixture
def failed(job: MainJob) -> int:
    """A message that its channel refused for good."""

    def refuse(key: str) -> None:
        raise DeliveryError("channel_not_found", permanent=True)

    job.begin()
    job.channel.before = refuse
    job.publisher.publish(consultation("woningdelen", closes_on="2027-01-29"))
    job.round()
    (message,) = [m for m in job.messages() if m.state == MessageState.FAILED]
    assert message.id is not None
    return message.id


def retry(job: MainJob, message_id: int) -> None:
    """Somebody asks to try again."""
    with job.database.writing() as session:
        retry_message(session, message_id, now=job.now)


def test_a_failed_message_goes_out_once_its_channel_is_right(job: MainJob, failed: int) -> None:
    job.channel.before = lambda _: None

    retry(job, failed)
    job.deliver()

    assert "kaart woningdelen" in job.texts()[-1]


def test_a_message_is_put_back_only_once(job: MainJob, failed: int) -> None:
    retry(job, failed)

    with pytest.raises(StaleVersion):
        retry(job, failed)


def test_a_message_that_does_not_exist_is_not_found(job: MainJob) -> None:
    with pytest.raises(NotFound):
        retry(job, 77)
