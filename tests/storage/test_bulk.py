from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from g40flow.storage.bulk import insert_rows
from g40flow.storage.database import Database
from g40flow.storage.tables import Record
from tests.conftest import MONDAY

ODD = "\"'\\ {} [] $1 :x %s é 𝛑 \u2028\nDROP TABLE"


def row(id_: int, **others: object) -> dict[str, object]:
    return {
        "id": id_, "source": ODD, "entity": "e", "identifier": str(id_), "fingerprint": "",
        "fields": {ODD: [1, None, True, {"a": ODD}]}, "deleted": False, "updated_at": None,
        "first_seen_at": MONDAY, "last_seen_at": MONDAY + timedelta(microseconds=1), "changed_at": MONDAY,
        **others,
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_rows_come_back_as_they_were_given(
    kind: str, database: Database, request: pytest.FixtureRequest
) -> None:
    kept = Database(request.getfixturevalue("postgres_url")) if kind == "postgres" else database
    with kept.writing() as session:
        insert_rows(session, Record, [row(1), row(2, deleted=True, updated_at=MONDAY)])
        insert_rows(session, Record, [])

    with kept.reading() as session:
        found = session.exec(select(Record).order_by(Record.identifier)).all()
        assert [one.model_dump() for one in found] == [row(1), row(2, deleted=True, updated_at=MONDAY)]
    kept.close()


@pytest.mark.postgres
def test_a_naive_instant_is_refused(postgres_url: str) -> None:
    postgres = Database(postgres_url)

    with pytest.raises(ValueError, match="aware"), postgres.writing() as session:
        insert_rows(
            session, Record, [row(1, changed_at=datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None))]
        )
    postgres.close()
