from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from g40flow.config.routing import load_rule_book
from g40flow.config.rule_terms import LISTS, changed_rules, may_be_written, with_change
from g40flow.domain.errors import ConfigError
from g40flow.domain.routing.learning import RuleChange
from g40flow.domain.routing.rules import Role
from g40flow.resources import PACKAGE, resource

RULES = resource("config") / "routing"

FLOW = """\
# Woningmarkt: woningen bouwen en verdelen.
group: woningmarkt
name: Woningmarkt
strong:
  [huren, verhuur,  # ook van kamers
   # nieuw sinds 2024
   woonboot*, "*huur",
   leegstand]
context: [wonen]
"""
BLOCK = """\
group: woningmarkt
name: Woningmarkt
strong:
  - huren  # ook van kamers
  # nieuw sinds 2024
  - "*huur"

context:
"""


def change(term: str, *, add: bool = True, role: Role = Role.STRONG) -> RuleChange:
    return RuleChange(group="woningmarkt", role=role, term=term, add=add)


def test_a_term_is_one_line_more() -> None:
    edited = with_change(FLOW, change("hofjeswoning*"))

    assert edited == FLOW.replace("   leegstand]", "   hofjeswoning*,\n   leegstand]")


def test_a_list_on_one_line_stays_on_one_line() -> None:
    assert with_change(FLOW, change("huis", role=Role.CONTEXT)).endswith("context: [huis, wonen]\n")


def test_a_list_with_dashes_gets_a_dash_more() -> None:
    edited = with_change(BLOCK, change("hofje"))

    assert edited == BLOCK.replace('  - "*huur"\n', '  - "*huur"\n  - hofje\n')


def test_a_list_that_is_empty_or_absent_is_begun() -> None:
    assert with_change(BLOCK, change("wonen", role=Role.CONTEXT)).endswith("\ncontext: [wonen]\n")
    assert with_change(FLOW, change("auto*", role=Role.AGAINST)) == FLOW + "against: [auto*]\n"


@pytest.mark.parametrize("term", ["*huur*", "no", "a, b", "[a]", "x: y", "a #b", "2024", "'s heer", '"', "é"])
def test_a_term_that_yaml_would_misread_is_quoted(term: str) -> None:
    for text in (FLOW, BLOCK):
        edited = with_change(text, change(term))

        assert term in yaml.safe_load(edited)["strong"]


@pytest.mark.parametrize("text", [FLOW, BLOCK])
@pytest.mark.parametrize("term", ["huren", "*huur"])
def test_taking_a_term_out_leaves_comments_and_order(text: str, term: str) -> None:
    edited = with_change(text, change(term, add=False))

    terms = yaml.safe_load(text)["strong"]
    assert yaml.safe_load(edited)["strong"] == [kept for kept in terms if kept != term]
    if term != "huren" or text is FLOW:  # a comment on the line of the term goes with it
        assert edited.count("#") == text.count("#")


def test_a_term_that_stands_there_twice_goes_twice() -> None:
    twice = FLOW.replace("context: [wonen]", "context: [wonen, huis, wonen]")

    edited = with_change(twice, change("wonen", add=False, role=Role.CONTEXT))

    assert yaml.safe_load(edited)["context"] == ["huis"]


def test_adding_what_is_there_and_removing_what_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match="staat er al"):
        with_change(FLOW, change("huren"))
    with pytest.raises(ValueError, match="staat er niet"):
        with_change(FLOW, change("hofje", add=False))


@pytest.mark.parametrize("path", sorted(RULES.glob("[a-z]*.yaml")), ids=lambda path: path.stem)
def test_every_file_of_ours_takes_a_term_and_gives_it_back_unharmed(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    for role in LISTS:
        added = with_change(text, change("hofjeswoning", role=role))
        assert added.count("\n") <= text.count("\n") + 1
        given_back = with_change(added, change("hofjeswoning", role=role, add=False))
        assert given_back in (text, f"{text}{LISTS[role]}: []\n")


@settings(derandomize=True, deadline=None)
@given(
    st.lists(st.text("ab*#,:'\"[]é -\n", min_size=1, max_size=8), min_size=1, max_size=5, unique=True),
    st.booleans(),
)
def test_whatever_is_in_a_file_the_rest_of_it_is_never_changed(terms: list[str], in_flow: bool) -> None:
    text = yaml.safe_dump({"name": "x", "strong": terms[1:], "context": ["y"]}, default_flow_style=in_flow)

    edited = with_change(text, change(terms[0]))
    given_back = with_change(edited, change(terms[0], add=False))

    assert yaml.safe_load(given_back) == yaml.safe_load(text)
    assert sorted(yaml.safe_load(edited)["strong"]) == sorted(terms)


@pytest.fixture
def own_rules(tmp_path: Path) -> Path:
    for path in RULES.glob("*.yaml"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    return tmp_path


def test_the_changed_file_is_the_rule_book_of_from_then_on(own_rules: Path) -> None:
    before = load_rule_book(own_rules)

    with changed_rules(own_rules, change("hofjeswoning")):
        pass

    after = load_rule_book(own_rules)
    (group,) = (group for group in after.groups if group.slug == "woningmarkt")
    assert "hofjeswoning" in group.strong
    assert after.version != before.version
    assert [path.name for path in own_rules.iterdir() if path.name.startswith(".")] == []


def test_after_an_error_the_file_is_as_it_was(own_rules: Path) -> None:
    before = (own_rules / "woningmarkt.yaml").read_bytes()

    with pytest.raises(RuntimeError), changed_rules(own_rules, change("hofjeswoning")):
        raise RuntimeError

    assert (own_rules / "woningmarkt.yaml").read_bytes() == before


def test_rules_that_came_with_the_installed_program_are_not_changed() -> None:
    directory = PACKAGE / "_data" / "config" / "routing"

    assert not may_be_written(directory)
    with pytest.raises(ConfigError, match="g40flow init"), changed_rules(directory, change("hofje")):
        pass


def test_an_unknown_group_has_no_file(own_rules: Path) -> None:
    unknown = RuleChange(group="sport", role=Role.STRONG, term="bal", add=True)

    with pytest.raises(ConfigError, match=r"sport\.yaml"), changed_rules(own_rules, unknown):
        pass
