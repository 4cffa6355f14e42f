from g40flow.storage import schema
from g40flow.storage.database import Database


def test_the_migrations_lead_to_exactly_the_tables_in_the_code(database: Database) -> None:
    assert schema.differences(database) == []
    assert schema.is_current(database)


def test_an_empty_database_has_no_version_and_upgrading_twice_changes_nothing(tmp_path: object) -> None:
    database = Database(f"sqlite:///{tmp_path}/new/empty.sqlite")
    before = schema.version(database)

    schema.upgrade(database)
    schema.upgrade(database)

    assert before is None
    assert schema.version(database) == schema.newest_version()
    database.close()
