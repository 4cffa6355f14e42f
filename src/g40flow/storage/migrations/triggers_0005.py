"""What the database does by itself since version 0005, besides the tables that the code declares.

On PostgreSQL the words of items get a table of their own, as SQLite has had: an index on an expression
let each change of an item work out its words again, and each look at a row that the index did not
answer alone. The numbering of people says when what a process remembers of them is out of date.

A later migration that lets Alembic rebuild one of these tables in SQLite must make its triggers again.
"""

from alembic import op

COLUMNS = ("title", "summary", "number", "dossier_number", "identifier")
PEOPLE = ("person", "deactivation", "role_grant", "slack_link")
COUNT = "UPDATE people_version SET version = version + 1;"
CHANGES = {"insert": "INSERT", "update": "UPDATE", "delete": "DELETE"}

WORDS_BEFORE = """
CREATE OR REPLACE FUNCTION item_words(VARIADIC texts text[]) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 100 AS $$
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

WORDS = """
CREATE OR REPLACE FUNCTION item_words(VARIADIC texts text[]) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10000 AS $$
    -- Every word and every end of it of three letters or more: the beginning of one of these is any
    -- part of the word, and "woning" finds "huurwoningen". Only pieces with accents are looked through
    -- for accents, which takes longer than all the rest.
    SELECT coalesce(array_to_tsvector(array_agg(substr(word, start))), ''::tsvector)
    FROM (
        SELECT word, generate_series(1, greatest(length(word) - 2, 1)) AS start
        FROM (
            SELECT DISTINCT regexp_split_to_table(plain, '[^[:alnum:]]+') AS word
            FROM (
                SELECT string_agg(
                    CASE WHEN octet_length(piece) = length(piece) THEN piece ELSE translate(
                        piece,
                        'àáâäãåāăąçćčďèéêëēęěğìíîïīñńňòóôöõōőřśšşťùúûüūůűýÿźžż',
                        'aaaaaaaaacccdeeeeeeegiiiiinnnooooooorssstuuuuuuuyyzzz'
                    ) END, ' ') AS plain
                FROM string_to_table(lower(array_to_string(texts, ' ')), ' ') AS piece
            ) AS text_of_item
        ) AS words
        WHERE word <> ''
    ) AS ends
$$
"""

KEEP_WORDS = """
CREATE FUNCTION keep_item_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO item_words (item_id, words)
    VALUES (new.id, item_words(new.title, new.summary, new.number, new.dossier_number, new.identifier))
    ON CONFLICT (item_id) DO UPDATE SET words = excluded.words;
    RETURN NULL;
END
$$
"""


def make() -> None:
    """After the tables."""
    op.execute("INSERT INTO people_version (id, version) VALUES (1, 0)")
    if op.get_bind().dialect.name == "postgresql":
        _words_in_a_table()
        op.execute(
            "CREATE FUNCTION count_people_version() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN {COUNT} RETURN NULL; END $$"
        )
        for table in PEOPLE:
            op.execute(
                f"CREATE TRIGGER people_version_{table} AFTER INSERT OR UPDATE OR DELETE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION count_people_version()"
            )
        return
    for table in PEOPLE:
        for name, change in CHANGES.items():
            when = f"CREATE TRIGGER people_version_{table}_{name} AFTER {change} ON {table}"
            op.execute(f"{when} BEGIN {COUNT} END")


def remove() -> None:
    """Before the tables."""
    if op.get_bind().dialect.name == "postgresql":
        _words_in_an_index()
        for table in PEOPLE:
            op.execute(f"DROP TRIGGER people_version_{table} ON {table}")
        op.execute("DROP FUNCTION count_people_version")
        return
    for table in PEOPLE:
        for name in CHANGES:
            op.execute(f"DROP TRIGGER people_version_{table}_{name}")


def _words_in_a_table() -> None:
    op.execute("DROP INDEX ix_item_words")
    op.execute(WORDS)
    op.execute(
        "CREATE TABLE item_words ("
        "item_id integer PRIMARY KEY REFERENCES item (id) ON DELETE CASCADE, words tsvector NOT NULL)"
    )
    op.execute(
        f"INSERT INTO item_words (item_id, words) SELECT id, item_words({', '.join(COLUMNS)}) FROM item"  # noqa: S608 - ours
    )
    op.execute("CREATE INDEX ix_item_words ON item_words USING gin (words)")
    op.execute(KEEP_WORDS)
    op.execute(
        f"CREATE TRIGGER keep_item_words AFTER INSERT OR UPDATE OF {', '.join(COLUMNS)} ON item "
        "FOR EACH ROW EXECUTE FUNCTION keep_item_words()"
    )


def _words_in_an_index() -> None:
    op.execute("DROP TRIGGER keep_item_words ON item")
    op.execute("DROP FUNCTION keep_item_words")
    op.execute("DROP TABLE item_words")
    op.execute(WORDS_BEFORE)
    op.execute(f"CREATE INDEX ix_item_words ON item USING gin (item_words({', '.join(COLUMNS)}))")
