import sys

from g40flow.storage import schema, schema_version
from g40flow.storage.columns import Table
from g40flow.storage.database import Database


def test_the_migrations_lead_to_exactly_the_tables_in_the_code(database: Database) -> None:
    assert schema.differences(database) == []
    assert schema_version.is_current(database)


def test_an_empty_database_has_no_version_and_upgrading_twice_changes_nothing(tmp_path: object) -> None:
    database = Database(f"sqlite:///{tmp_path}/new/empty.sqlite")
    before = schema_version.version(database)

    schema.upgrade(database)
    schema.upgrade(database)

    assert before is None
    assert schema_version.version(database) == schema_version.newest_version()
    database.close()


def test_a_module_of_tables_brings_the_tables_that_its_own_refer_to() -> None:
    """So a command that imports one module can write to its tables, without waiting for all the others."""
    module_of = {str(table.__tablename__): table.__module__ for table in Table.__subclasses__()}

    lacking = set()
    for table in schema.METADATA.tables.values():
        own = module_of[table.name]
        for key in table.foreign_keys:
            other = module_of[key.column.table.name]
            if other != own and not hasattr(sys.modules[own], other.rpartition(".")[2]):
                lacking.add(f"{own} does not import {other}, where {key.target_fullname} is")

    assert lacking == set()
