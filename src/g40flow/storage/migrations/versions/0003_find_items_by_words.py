"""Find items by words.

Every way to write an item (also a bulk insert) keeps the words up to date, for the database does it
itself: triggers and a full-text table in SQLite, an index on an expression in PostgreSQL. How it is
asked stands in storage/item_search.py. A later migration that lets Alembic rebuild the table `item`
in SQLite must make the triggers again.
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

COLUMNS = ("title", "summary", "number", "dossier_number", "identifier")

FORGET = "DELETE FROM item_words WHERE rowid = old.id;"

MAKE_FUNCTION = """
CREATE FUNCTION item_words(VARIADIC texts text[]) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    -- Every word and every end of it of three letters or more: the beginning of one of these is any
    -- part of the word, and "woning" finds "huurwoningen".
    SELECT coalesce(array_to_tsvector(array_agg(DISTINCT substr(word, start))), ''::tsvector)
    FROM regexp_split_to_table(
             translate(lower(array_to_string(texts, ' ')),
                       'àáâäãåāăąçćčďèéêëēęěğìíîïīñńňòóôöõōőřśšşťùúûüūůűýÿźžż',
                       'aaaaaaaaacccdeeeeeeegiiiiinnnooooooorssstuuuuuuuyyzzz'),
             '[^[:alnum:]]+'
         ) AS word,
         generate_series(1, greatest(length(word) - 2, 1)) AS start
    WHERE word <> ''
$$
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(MAKE_FUNCTION)
        op.execute(f"CREATE INDEX ix_item_words ON item USING gin (item_words({', '.join(COLUMNS)}))")
        return
    op.execute("CREATE VIRTUAL TABLE item_words USING fts5(words, tokenize = 'trigram')")
    op.execute(f"CREATE TRIGGER item_words_added AFTER INSERT ON item BEGIN {_keep('new')} END")
    op.execute(
        f"CREATE TRIGGER item_words_changed AFTER UPDATE OF {', '.join(COLUMNS)} ON item "
        f"BEGIN {FORGET} {_keep('new')} END"
    )
    op.execute(f"CREATE TRIGGER item_words_removed AFTER DELETE ON item BEGIN {FORGET} END")
    op.execute(
        f"INSERT INTO item_words (rowid, words) SELECT id, {_plain('item')} FROM item"  # noqa: S608 - ours
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP INDEX ix_item_words")
        op.execute("DROP FUNCTION item_words")
        return
    for name in ("added", "changed", "removed"):
        op.execute(f"DROP TRIGGER item_words_{name}")
    op.execute("DROP TABLE item_words")


def _keep(row: str) -> str:
    return f"INSERT INTO item_words (rowid, words) VALUES ({row}.id, {_plain(row)});"  # noqa: S608 - ours


def _plain(row: str) -> str:
    """The words of a row without capitals and accents; `folded` comes with our connection."""
    return "folded(" + " || ' ' || ".join(f"coalesce({row}.{column}, '')" for column in COLUMNS) + ")"
