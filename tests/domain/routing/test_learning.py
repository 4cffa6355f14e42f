import pytest

from g40flow.domain.routing import GroupTerms, RoutableItem, Router, RuleBook
from g40flow.domain.routing.evaluation import LabelledItem, Prediction
from g40flow.domain.routing.learning import (
    Correction,
    RuleChange,
    apply_change,
    effect_of_change,
    may_be_adopted,
    proposals,
    word_frequencies,
)
from g40flow.domain.routing.rules import Role
from g40flow.domain.routing.terms import TermUnreadable

BOOK = RuleBook(
    version="r1",
    groups=(
        GroupTerms(slug="wonen", name="Wonen", strong=("huurwoning",)),
        GroupTerms(slug="geld", name="Geld"),
    ),
    fields={"title": 1.0},
)


def test_a_missed_group_is_offered_the_rare_words_of_the_title() -> None:
    correction = Correction(
        item=RoutableItem(id="a", title="Brief over hofjeswoningen"), before=(), after=("wonen",)
    )
    common = word_frequencies([RoutableItem(id="b", title="Brief over geld")])

    changes = proposals(Router(BOOK), correction, common=common)

    assert changes[0] == RuleChange(group="wonen", role=Role.STRONG, term="hofjeswoningen", add=True)


def test_a_wrong_group_is_asked_to_let_go_of_the_term_that_brought_it() -> None:
    correction = Correction(
        item=RoutableItem(id="a", title="Huurwoningen van de krijgsmacht"), before=("wonen",), after=()
    )

    changes = proposals(Router(BOOK), correction, common={})

    assert RuleChange(group="wonen", role=Role.STRONG, term="huurwoning", add=False) in changes


def test_a_change_gives_another_rule_book_and_leaves_the_old_one_alone() -> None:
    changed = apply_change(BOOK, RuleChange(group="geld", role=Role.STRONG, term="hofje*", add=True))

    assert changed.groups[1].strong == ("hofje*",)
    assert BOOK.groups[1].strong == ()
    assert changed.version != BOOK.version


def test_an_unreadable_term_or_unknown_group_is_refused() -> None:
    with pytest.raises(TermUnreadable):
        apply_change(BOOK, RuleChange(group="geld", role=Role.STRONG, term="a*", add=True))
    with pytest.raises(KeyError):
        apply_change(BOOK, RuleChange(group="sport", role=Role.STRONG, term="bal", add=True))


def test_the_effect_tells_what_appears_disappears_and_whether_that_is_better() -> None:
    labels = [
        LabelledItem(id="1", title="", groups=("wonen",)),
        LabelledItem(id="2", title="", groups=(), lead_agreed=False),
    ]
    before = [Prediction(id="1", groups=()), Prediction(id="2", groups=("geld",))]
    after = [Prediction(id="1", groups=("wonen",)), Prediction(id="2", groups=("geld", "wonen"))]

    effect = effect_of_change(labels, before, after)

    assert effect.added == (("1", "wonen"), ("2", "wonen"))
    assert (effect.better, effect.worse) == (("1",), ("2",))
    assert effect.summary() == "Zou 2 toevoegen en 0 schrappen: 1 bekend stuk beter, 1 slechter."


def test_a_change_that_harms_a_known_item_needs_someone_who_saw_it() -> None:
    labels = [LabelledItem(id="1", title="", groups=("wonen",))]
    effect = effect_of_change(
        labels, [Prediction(id="1", groups=("wonen",))], [Prediction(id="1", groups=())]
    )

    assert not may_be_adopted(effect)
    assert may_be_adopted(effect, seen=["1"])
