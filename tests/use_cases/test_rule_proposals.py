from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from g40flow.domain.errors import ConfigError, NotFound, StaleVersion
from g40flow.storage.database import Database
from g40flow.storage.proposals import count_unexamined
from g40flow.storage.tables import ProposalState, RuleProposal
from g40flow.use_cases import decide_proposal, find_proposals
from g40flow.use_cases.find_proposals import Sought
from g40flow.use_cases.learn_from_corrections import UNDONE
from tests.conftest import MONDAY
from tests.use_cases.small_rules import FILES, KNOWN, SmallRules

ANNA: dict[str, Any] = {"person": "Anna Testerink", "reason": "Hofjes zijn woningen", "now": MONDAY}


@pytest.fixture
def rules(tmp_path: Path, database: Database) -> SmallRules:
    directory = tmp_path / "routing"
    directory.mkdir()
    return SmallRules(directory, database, MONDAY)


def seek(rules: SmallRules, most: int = 100) -> Sought:
    return find_proposals.find_proposals(
        rules.database, rules.router(), rules.directory, now=MONDAY, holder="test", most=most
    )


def accept(rules: SmallRules, number: int, seen_state: str = "open", **values: Any) -> bool:
    return decide_proposal.accept_proposal(
        rules.database, rules.directory, number, seen_state=seen_state, holder="test", **ANNA, **values
    )


def refuse(rules: SmallRules, number: int, seen_state: str = "open") -> None:
    decide_proposal.refuse_proposal(
        rules.database, rules.directory, number, seen_state=seen_state, holder="test", **ANNA
    )


def first(rules: SmallRules) -> RuleProposal:
    return rules.proposals()[0]


def propose_hofjes(rules: SmallRules) -> int:
    """The number of a proposal to add "hofjes" to the rules of woningmarkt."""
    rules.correct(rules.item("Brief over hofjes"), "woningmarkt")
    seek(rules)
    number = first(rules).id
    assert number is not None
    return number


def test_a_missed_group_becomes_a_proposal_with_its_effect(rules: SmallRules) -> None:
    item = rules.item("Brief over hofjes")
    rules.correct(item, "woningmarkt")
    other = rules.item("Hofjes in de stad")

    sought = seek(rules)

    assert (sought.examined, sought.proposed, sought.left) == (1, 1, 0)
    (row,) = rules.proposals()
    assert (row.theme_group, row.role, row.term, row.adds) == ("woningmarkt", "strong", "hofjes", True)
    assert {pair["id"] for pair in row.effect["added"]} == {f"stuk:{item}", f"stuk:{other}"}
    assert row.effect["better"] == [{"id": f"stuk:{item}", "title": "Brief over hofjes"}]
    assert (row.effect["dropped"], row.effect["worse"]) == ([], [])
    assert row.measured_rules == rules.router().book.version


def test_a_wrong_group_loses_a_term_that_no_known_item_needs(rules: SmallRules) -> None:
    rules.know(KNOWN[0])
    rules.correct(rules.item("Concert in Brussel", "europa"))

    seek(rules)

    assert ("brussel", "strong", False) in {(row.term, row.role, row.adds) for row in rules.proposals()}


def test_a_term_that_known_items_need_stays_and_a_word_against_is_proposed(rules: SmallRules) -> None:
    rules.correct(rules.item("Concert in Brussel", "europa"))

    seek(rules)

    assert [(row.term, row.role, row.adds) for row in rules.proposals()] == [("concert", "against", True)]


def test_corrections_are_examined_once_for_the_same_rules(rules: SmallRules) -> None:
    propose_hofjes(rules)

    assert seek(rules) == Sought(examined=0, left=0, proposed=0, withdrawn=0)


def test_a_search_that_was_cut_short_goes_on_where_it_was(rules: SmallRules) -> None:
    for title in ("Brief over hofjes", "Brief over woonerven"):
        rules.correct(rules.item(title), "woningmarkt")

    first_time = seek(rules, most=1)
    with rules.database.reading() as session:
        left = count_unexamined(session, rules.router().book.version)
    second_time = seek(rules, most=1)

    assert (first_time.examined, first_time.left, left) == (1, 1, 1)
    assert (second_time.examined, second_time.left) == (1, 0)
    assert {row.term for row in rules.proposals()} == {"hofjes", "woonerven"}


def test_a_correction_that_was_taken_back_proposes_nothing(rules: SmallRules) -> None:
    item = rules.item("Brief over hofjes")
    rules.correct(item, "woningmarkt")
    rules.correct(item, reason=UNDONE)

    assert seek(rules).examined == 0
    assert rules.proposals() == []


def test_a_proposal_whose_correction_was_taken_back_is_withdrawn(rules: SmallRules) -> None:
    item = rules.item("Brief over hofjes")
    rules.correct(item, "woningmarkt")
    seek(rules)
    rules.correct(item, reason=UNDONE)

    assert seek(rules).withdrawn == 1
    assert first(rules).state == ProposalState.WITHDRAWN


def test_what_became_needed_again_is_proposed_again(rules: SmallRules) -> None:
    item = rules.item("Brief over hofjes")
    rules.correct(item, "woningmarkt")
    seek(rules)
    rules.correct(item, reason=UNDONE)
    seek(rules)
    rules.correct(item, "woningmarkt")

    assert seek(rules).proposed == 1
    assert first(rules).state == ProposalState.OPEN


def test_an_accepted_proposal_stands_in_the_rules_with_who_and_why(rules: SmallRules) -> None:
    number, before = propose_hofjes(rules), rules.router().book.version

    assert accept(rules, number)

    assert rules.text("woningmarkt") == FILES["woningmarkt.yaml"].replace(
        "   woningbouw*]", "   hofjes,\n   woningbouw*]"
    )
    (decision,) = rules.decisions()
    assert (decision.person, decision.reason) == ("Anna Testerink", "Hofjes zijn woningen")
    assert (decision.state, decision.decided_at) == (ProposalState.ACCEPTED, MONDAY)
    assert (decision.rules_before, decision.rules_after) == (before, rules.router().book.version)
    assert decision.effect["added"] != []
    assert first(rules).state == ProposalState.ACCEPTED


def test_nothing_is_adopted_by_which_a_known_item_gets_worse(rules: SmallRules) -> None:
    number = propose_hofjes(rules)
    rules.know(*KNOWN, {"id": "n3", "title": "Hofjes van het koningshuis", "groups": []})

    assert not accept(rules, number)

    assert rules.text("woningmarkt") == FILES["woningmarkt.yaml"]
    assert first(rules).state == ProposalState.OPEN
    assert first(rules).effect["worse"] == [{"id": "n3", "title": "Hofjes van het koningshuis"}]
    assert rules.decisions() == []


def test_a_known_item_may_get_worse_when_a_person_saw_it(rules: SmallRules) -> None:
    number = propose_hofjes(rules)
    rules.know(*KNOWN, {"id": "n3", "title": "Hofjes van het koningshuis", "groups": []})

    assert not accept(rules, number, seen_worse=("n1",))
    assert accept(rules, number, seen_worse=("n3",))
    assert first(rules).state == ProposalState.ACCEPTED


def test_what_was_refused_is_not_proposed_again(rules: SmallRules) -> None:
    number = propose_hofjes(rules)
    refuse(rules, number)
    rules.correct(rules.item("Nog een brief over hofjes"), "woningmarkt")

    assert seek(rules).proposed == 0
    assert first(rules).state == ProposalState.REFUSED
    assert rules.text("woningmarkt") == FILES["woningmarkt.yaml"]


def test_an_acceptance_is_taken_back_by_a_refusal(rules: SmallRules) -> None:
    number, version = propose_hofjes(rules), rules.router().book.version
    accept(rules, number)

    refuse(rules, number, seen_state="accepted")

    assert rules.text("woningmarkt") == FILES["woningmarkt.yaml"]
    assert [decision.state for decision in rules.decisions()] == ["accepted", "refused"]
    assert rules.decisions()[1].rules_after == version


def test_a_refusal_may_be_reconsidered(rules: SmallRules) -> None:
    number = propose_hofjes(rules)
    refuse(rules, number)

    assert accept(rules, number, seen_state="refused")
    assert "hofjes" in rules.text("woningmarkt")


def test_a_term_that_somebody_took_out_by_hand_is_no_obstacle_to_a_refusal(rules: SmallRules) -> None:
    number = propose_hofjes(rules)
    accept(rules, number)
    (rules.directory / "woningmarkt.yaml").write_text(FILES["woningmarkt.yaml"], encoding="utf-8")

    refuse(rules, number, seen_state="accepted")

    assert first(rules).state == ProposalState.REFUSED


def test_a_decision_on_something_that_changed_meanwhile_changes_nothing(rules: SmallRules) -> None:
    number = propose_hofjes(rules)
    accept(rules, number)

    with pytest.raises(StaleVersion):
        accept(rules, number)
    with pytest.raises(StaleVersion):
        refuse(rules, number)  # it was on screen as open; this refusal would take the term out
    with pytest.raises(NotFound):
        refuse(rules, 999)

    assert "hofjes" in rules.text("woningmarkt")
    assert len(rules.decisions()) == 1


def test_rules_that_cannot_be_written_leave_the_proposal_open(rules: SmallRules) -> None:
    number = propose_hofjes(rules)
    path = rules.directory / "woningmarkt.yaml"
    path.write_text("{group: woningmarkt, name: Woningmarkt, <<: {strong: [huurwoning]}}\n", encoding="utf-8")

    with pytest.raises(ConfigError, match="met de hand"):
        accept(rules, number)

    assert first(rules).state == ProposalState.OPEN


def test_a_decision_that_cannot_be_kept_leaves_the_rules_as_they_were(rules: SmallRules) -> None:
    number = propose_hofjes(rules)
    with rules.database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE rule_decision")

    with pytest.raises(Exception, match="rule_decision"):
        accept(rules, number)

    assert rules.text("woningmarkt") == FILES["woningmarkt.yaml"]
    assert first(rules).state == ProposalState.OPEN


def test_two_decisions_at_the_same_time_lose_nothing_of_each_other(rules: SmallRules) -> None:
    for title in ("Brief over hofjes", "Brief over woonerven"):
        rules.correct(rules.item(title), "woningmarkt")
    seek(rules)

    with ThreadPoolExecutor(2) as pool:
        accepted = list(pool.map(lambda row: accept(rules, row.id), rules.proposals()))

    assert accepted == [True, True]
    assert "hofjes,\n" in rules.text("woningmarkt")
    assert "woonerven,\n" in rules.text("woningmarkt")
