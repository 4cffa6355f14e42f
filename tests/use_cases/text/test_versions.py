"""Writing versions of a text, before and after the board has adopted it."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from g40flow.domain.dossier.text import content_hash
from g40flow.domain.dossier.workflow import Guard, Stage
from g40flow.domain.dossier.writing import WRITABLE
from g40flow.domain.errors import (
    G40FlowError,
    InvalidInput,
    NotAllowed,
    NotFound,
    StaleVersion,
    StepNotAllowed,
)
from g40flow.render.documents import DocumentDetails, Documents
from g40flow.resources import resource
from g40flow.storage.dossier_tables import DecisionRound
from g40flow.storage.files import file_of, files_of
from g40flow.storage.texts import version_of
from g40flow.use_cases.text.versions import see_version, share_with_partners, upload_docx
from tests.conftest import on_both
from tests.render.word_files import commented, comments, inserted, paragraph, run, word_file
from tests.use_cases.dossier.world import (
    BOARD_MEMBER,
    BOARD_SECRETARY,
    CARE_LEAD,
    DESK,
    HOUSING,
    HOUSING_LEAD,
    HOUSING_SECRETARY,
    SECRETARIAT,
)
from tests.use_cases.text.desk import MEMBER, TextDesk


def adopted(desk: TextDesk, text: str = "De steden steunen dit.") -> int:
    """A dossier whose text was adopted and checked."""
    dossier = desk.at(Stage.DRAFTING, pen_holder=MEMBER)
    version = desk.write(dossier, text)
    desk.change(dossier, stage=Stage.READY_TO_SUBMIT, adopted_hash=version.content_hash, adopted_at=desk.now)
    desk.tick(dossier, "final_pdf", SECRETARIAT)
    return dossier


def test_a_version_is_kept_normalised_with_its_author_and_hash(desk: TextDesk) -> None:
    dossier = desk.at(Stage.DRAFTING, pen_holder=MEMBER)

    desk.write(dossier, "Eerste  \r\n\r\n\r\ntekst", by=MEMBER, note="begin")
    desk.write(dossier, "Tweede tekst", by=HOUSING_SECRETARY)

    second, first = desk.versions(dossier)
    assert (first.number, first.markdown, first.author, first.note) == (
        1,
        "Eerste\n\ntekst\n",
        MEMBER,
        "begin",
    )
    assert (first.kind, first.origin, first.content_hash) == (
        "draft",
        "portal",
        content_hash("Eerste\n\ntekst"),
    )
    assert (second.number, second.author, second.based_on_id) == (2, HOUSING_SECRETARY, first.id)
    assert desk.hash_of(dossier) == second.content_hash
    assert desk.holds(dossier, Guard.TEXT_WRITTEN)


@on_both
def test_history_says_how_much_changed(desk: TextDesk) -> None:
    dossier = desk.at(Stage.DRAFTING)

    desk.write(dossier, "De steden vragen geld.")
    desk.write(dossier, "De steden vragen veel meer tijd.", note="scherper")

    entry = desk.history(dossier)[-1]
    assert (entry.action, entry.version_hash, entry.reason) == (
        "write_version",
        desk.hash_of(dossier),
        "scherper",
    )
    assert entry.facts["words_added"] == 3
    assert entry.facts["words_removed"] == 1
    assert desk.read(dossier).revision >= 2


def test_only_the_pen_holder_and_the_secretary_write(desk: TextDesk) -> None:
    dossier = desk.at(Stage.DRAFTING, pen_holder=MEMBER)

    for by in (SECRETARIAT, HOUSING_LEAD, BOARD_MEMBER, CARE_LEAD, "rens-leesmans", "abel-proefsma"):
        with pytest.raises(NotAllowed):
            desk.write(dossier, "Tekst", by=by)

    assert desk.versions(dossier) == []


def test_a_partner_who_is_none_here_does_not_even_see_it(desk: TextDesk) -> None:
    dossier = desk.at(Stage.DRAFTING)

    with pytest.raises(NotFound):
        desk.write(dossier, "Tekst", by="vigo-partnerman")


def test_writing_on_an_old_text_changes_nothing(desk: TextDesk) -> None:
    dossier = desk.at(Stage.DRAFTING)
    old = desk.write(dossier, "Eerste tekst").content_hash
    desk.write(dossier, "Tweede tekst")

    with pytest.raises(StaleVersion):
        desk.write(dossier, "Derde tekst", seen_version=old)

    assert [version.number for version in desk.versions(dossier)] == [2, 1]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Eerste tekst \r\n", "text_unchanged"),
        (" \n\u200b\n", "empty_text"),
        ("a" * 200_001, "text_too_long"),
        ("Mooi 😀", "unprintable_characters"),
        (">" * 35 + " diep", "nested_too_deeply"),
        ("**a *b " * 20 + "c* d** " * 20, "nested_too_deeply"),
    ],
)
def test_what_cannot_be_a_new_text_is_refused(desk: TextDesk, text: str, code: str) -> None:
    dossier = desk.at(Stage.DRAFTING)
    desk.write(dossier, "Eerste tekst")

    with pytest.raises(InvalidInput) as refused:
        desk.write(dossier, text)

    assert refused.value.code == code
    assert len(desk.versions(dossier)) == 1


def test_at_other_stages_the_text_stays_as_it_is(desk: TextDesk) -> None:
    dossier = desk.at(Stage.DRAFTING)

    for stage in set(Stage) - WRITABLE:
        desk.change(dossier, stage=stage)
        with pytest.raises(StepNotAllowed):
            desk.write(dossier, "Tekst", kind="substantive", note="omdat")


@on_both
def test_a_substantive_change_voids_the_adoption(desk: TextDesk) -> None:
    dossier = adopted(desk)
    assert desk.holds(dossier, Guard.ADOPTED)

    desk.write(dossier, "De steden zijn tegen.", kind="substantive", note="op verzoek van de VNG")

    read = desk.read(dossier)
    assert (read.stage, read.adopted_hash, read.adopted_at) == (Stage.BOARD_APPROVAL, "", None)
    assert not desk.holds(dossier, Guard.ADOPTED)
    assert not desk.holds(dossier, Guard.CHECKLIST_SIGNED)
    assert desk.exceptions(dossier)["post_adoption_change"].note == "op verzoek van de VNG"
    assert {"void_adoption", "write_version"} <= set(desk.acts(dossier))
    assert desk.versions(dossier)[0].kind == "substantive"


def test_an_editorial_change_keeps_the_adoption_and_is_logged(desk: TextDesk) -> None:
    dossier = adopted(desk)
    old = desk.hash_of(dossier)

    desk.write(dossier, "De steden steunen dit!", by=BOARD_SECRETARY, kind="editorial", note="leesteken")

    read = desk.read(dossier)
    assert (read.stage, read.adopted_hash) == (Stage.READY_TO_SUBMIT, desk.hash_of(dossier))
    assert desk.holds(dossier, Guard.ADOPTED)
    noted = desk.exceptions(dossier)["post_adoption_change"]
    assert (noted.note, noted.facts["adopted_hash"], noted.facts["kind"]) == ("leesteken", old, "editorial")
    assert "void_adoption" not in desk.acts(dossier)


def test_the_pen_holder_alone_cannot_call_a_change_editorial(desk: TextDesk) -> None:
    dossier = adopted(desk)

    with pytest.raises(NotAllowed):
        desk.write(dossier, "De steden zijn tegen.", by=MEMBER, kind="editorial", note="tikfout")

    assert desk.holds(dossier, Guard.ADOPTED)


@pytest.mark.parametrize(
    ("kind", "note", "code"),
    [
        ("", "omdat", "change_kind_needed"),
        ("draft", "omdat", "change_kind_needed"),
        ("substantive", " \n", "reason_needed"),
    ],
)
def test_after_adoption_a_change_says_what_it_is_and_why(
    desk: TextDesk, kind: str, note: str, code: str
) -> None:
    dossier = adopted(desk)

    with pytest.raises(InvalidInput) as refused:
        desk.write(dossier, "Anders", kind=kind, note=note)

    assert refused.value.code == code


def in_round(desk: TextDesk) -> int:
    """A dossier on whose text the board is deciding."""
    dossier = desk.at(Stage.DRAFTING, pen_holder=MEMBER)
    version = desk.write(dossier, "De steden steunen dit.")
    desk.change(dossier, stage=Stage.BOARD_APPROVAL)
    with desk.writing() as session:
        rule = {
            "minimum_answers": 1,
            "counts_as_approval": ["approve"],
            "silence_agrees": False,
            "moves_to": "meeting",
            "chair": "",
        }
        session.add(
            DecisionRound(
                dossier_id=dossier,
                version_id=version.id or 0,
                version_hash=version.content_hash,
                form="written_round",
                rule=rule,
                opened_at=desk.now,
                opened_by=BOARD_SECRETARY,
            )
        )
    return dossier


def test_a_change_during_a_round_ends_the_round_without_a_decision(desk: TextDesk) -> None:
    dossier = in_round(desk)

    desk.write(dossier, "De steden zijn tegen.", kind="substantive", note="nieuw inzicht")

    assert desk.holds(dossier, Guard.NO_OPEN_ROUND)
    assert "void_round" in desk.acts(dossier)
    assert desk.read(dossier).stage is Stage.BOARD_APPROVAL


def test_an_editorial_change_waits_until_the_round_is_over(desk: TextDesk) -> None:
    dossier = in_round(desk)

    with pytest.raises(InvalidInput) as refused:
        desk.write(dossier, "De steden steunen dit!", by=BOARD_SECRETARY, kind="editorial", note="punt")

    assert refused.value.code == "round_is_open"
    assert not desk.holds(dossier, Guard.NO_OPEN_ROUND)


@on_both
def test_of_two_who_write_at_once_one_is_told(desk: TextDesk) -> None:
    dossier = desk.at(Stage.DRAFTING, pen_holder=MEMBER)
    seen = desk.write(dossier, "Begin").content_hash

    def attempt(by: str) -> str:
        try:
            desk.write(dossier, f"Tekst van {by}", by=by, seen_version=seen)
        except G40FlowError as error:
            return type(error).__name__
        return "written"

    with ThreadPoolExecutor(2) as pool:
        results = sorted(pool.map(attempt, [MEMBER, HOUSING_SECRETARY]))

    assert results == ["StaleVersion", "written"]
    assert [version.number for version in desk.versions(dossier)] == [2, 1]


WORD_FILE = word_file(
    paragraph(run("De stad "), inserted("krijgt", "An Jansen"), run(" tijd.")),
    paragraph(commented("Slot", 0)),
    more={"word/comments.xml": comments(("Piet", "Mag weg"))},
)


def test_a_word_file_becomes_a_version_with_its_remarks(desk: TextDesk) -> None:
    dossier = desk.at(Stage.DRAFTING, pen_holder=MEMBER)
    seen = desk.write(dossier, "De stad tijd.").content_hash

    with desk.writing() as session:
        uploaded = upload_docx(
            session,
            DESK,
            dossier,
            WORD_FILE,
            "C:\\map\\concept \u202ev2.docx",
            actor=desk.actor(MEMBER),
            seen_version=seen,
            now=desk.now,
        )

    assert uploaded.word.authors == ("An Jansen",)
    version = desk.versions(dossier)[0]
    assert (version.markdown, version.origin, version.author) == (
        "De stad krijgt tijd.\n\nSlot\n",
        "word",
        MEMBER,
    )
    (comment,) = desk.comments(dossier)
    assert (comment.body, comment.quote, comment.author, comment.author_name) == (
        "Mag weg",
        "Slot",
        MEMBER,
        "Piet",
    )
    with desk.database.reading() as session:
        (line,) = files_of(session, dossier)
        assert (line.name, line.purpose, line.size) == ("concept v2.docx", "word_upload", len(WORD_FILE))
        assert file_of(session, dossier, line.id).content == WORD_FILE
    assert desk.history(dossier)[-1].facts["changes_by"] == ["An Jansen"]
    assert not desk.holds(dossier, Guard.COMMENTS_DISPOSED)


def test_remarks_in_a_word_file_in_which_nothing_was_changed_stand_with_the_text(desk: TextDesk) -> None:
    dossier = desk.at(Stage.DRAFTING, pen_holder=MEMBER)
    seen = desk.write(dossier, "De stad\nkrijgt tijd.").content_hash
    file = word_file(
        paragraph(run("De stad "), commented("krijgt tijd", 0), run(".")),
        more={"word/comments.xml": comments(("Piet", "Hoeveel?"))},
    )

    def upload() -> bool:
        with desk.writing() as session:
            return upload_docx(
                session,
                DESK,
                dossier,
                file,
                "concept.docx",
                actor=desk.actor(MEMBER),
                seen_version=seen,
                now=desk.now,
            ).is_new

    assert not upload()
    with pytest.raises(InvalidInput, match="the same"):
        upload()
    assert [version.number for version in desk.versions(dossier)] == [1]
    assert [comment.body for comment in desk.comments(dossier)] == ["Hoeveel?"]


def test_a_word_file_of_an_older_version_replaces_a_newer_one_only_when_that_is_meant(desk: TextDesk) -> None:
    dossier = desk.at(Stage.DRAFTING, pen_holder=MEMBER)
    first = desk.write(dossier, "De stad krijgt tijd.").content_hash
    newer = desk.write(dossier, "De stad krijgt ruim de tijd.").content_hash
    details = DocumentDetails(
        title="Wet", organisation="Netwerk", label="Reactie", dated_on=desk.now.date(), version=first
    )
    file = Documents(resource("templates")).docx("De stad krijgt veel tijd.", details)

    def upload(*, over_newer: bool) -> None:
        with desk.writing() as session:
            upload_docx(
                session,
                DESK,
                dossier,
                file,
                "concept.docx",
                actor=desk.actor(MEMBER),
                seen_version=newer,
                over_newer=over_newer,
                now=desk.now,
            )

    with pytest.raises(InvalidInput, match="made of version 2, found one of version 1"):
        upload(over_newer=False)
    assert desk.versions(dossier)[0].content_hash == newer
    upload(over_newer=True)
    assert desk.versions(dossier)[0].markdown == "De stad krijgt veel tijd.\n"


def test_a_bad_word_file_changes_nothing(desk: TextDesk) -> None:
    dossier = desk.at(Stage.DRAFTING)

    with pytest.raises(InvalidInput), desk.writing() as session:
        upload_docx(
            session,
            DESK,
            dossier,
            b"PK\x03\x04",
            "x.docx",
            actor=desk.actor(HOUSING_SECRETARY),
            seen_version="",
            now=desk.now,
        )

    assert desk.versions(dossier) == []


def test_somebody_without_the_right_cannot_make_us_read_a_file(desk: TextDesk) -> None:
    dossier = desk.at(Stage.DRAFTING)

    with pytest.raises(NotAllowed), desk.writing() as session:
        upload_docx(
            session,
            DESK,
            dossier,
            b"no word file at all",
            "x.docx",
            actor=desk.actor(BOARD_MEMBER),
            seen_version="",
            now=desk.now,
        )


def test_what_somebody_has_seen_is_remembered(desk: TextDesk) -> None:
    dossier = desk.at(Stage.DRAFTING, HOUSING)
    desk.write(dossier, "Een")
    desk.write(dossier, "Twee")

    with desk.writing() as session:
        seen = see_version(session, dossier, 1, actor=desk.actor(BOARD_MEMBER), now=desk.now)
        assert seen.markdown == "Een\n"
    with desk.writing() as session, pytest.raises(NotFound):
        see_version(session, dossier, 3, actor=desk.actor(BOARD_MEMBER), now=desk.now)


@on_both
def test_one_version_is_shared_with_partners(desk: TextDesk) -> None:
    dossier = desk.at(Stage.DRAFTING)
    desk.write(dossier, "Een")

    for _ in range(2):
        with desk.writing() as session:
            actor = desk.actor(HOUSING_SECRETARY)
            share_with_partners(session, DESK, dossier, 1, actor=actor, now=desk.now)

    with desk.database.reading() as session:
        assert version_of(session, dossier, 1).shared_with_partners
    assert desk.acts(dossier).count("share_version") == 1
