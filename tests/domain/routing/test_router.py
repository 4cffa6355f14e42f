from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from g40flow.domain.routing import GroupTerms, Hint, RoutableItem, Router, RuleBook
from g40flow.domain.routing.model import HAND_MODEL
from g40flow.domain.routing.rules import Decision

HOUSING = GroupTerms(
    slug="woningmarkt",
    name="Woningmarkt",
    acts=("Wet betaalbare huur",),
    strong=("woningbouw*", "huurwoning*", "decentrale overheden"),
    context=("wijk",),
    against=("huurauto*",),
)
MONEY = GroupTerms(
    slug="financien", name="Financiën", strong=("gemeentefonds", "financiën decentrale overheden")
)
BOOK = RuleBook(
    version="r1",
    groups=(HOUSING, MONEY),
    masks=("woningbouw op de maan",),
    procedural=("stemmingen", "procedurevergadering"),
    national=("luchtvaart*",),
    city=("gemeente*",),
    negators=("niet zijnde",),
    committees=(
        Hint(words="binnenlandse zaken", groups={"woningmarkt": 1.0}, until=date(2024, 7, 1)),
        Hint(words="binnenlandse zaken", groups={"financien": 1.0}, since=date(2024, 7, 2)),
    ),
    fields={"title": 1.0, "theme": 0.8, "summary": 0.6, "agenda": 0.6, "documents": 0.5},
    decision=Decision(miss=1.0, noise=1.0, triage_from=0.1),
)
ROUTER = Router(BOOK)


def item(
    title: str,
    *,
    agenda: tuple[str, ...] = (),
    dossier_groups: tuple[str, ...] = (),
    committee: str = "",
    on: date | None = None,
) -> RoutableItem:
    return RoutableItem(
        id="a", title=title, agenda=agenda, dossier_groups=dossier_groups, committee=committee, date=on
    )


def test_a_title_with_a_subject_of_a_group_goes_to_that_group_with_the_words_that_counted() -> None:
    routing = ROUTER.route(item("Woningbouwopgave"))

    assert routing.groups == ("woningmarkt",)
    assert [(reason.term, reason.quote, reason.field) for reason in routing.reasons] == [
        ("woningbouw*", "Woningbouwopgave", "title")
    ]
    assert (routing.rule_version, routing.model_version) == ("r1", "hand")


def test_an_item_without_any_known_word_is_for_nobody() -> None:
    routing = ROUTER.route(item("Opening van het schaatsseizoen"))

    assert (routing.groups, routing.triage) == ((), False)


def test_a_word_in_a_mask_does_not_count() -> None:
    assert ROUTER.route(item("Woningbouw op de maan")).groups == ()


def test_what_is_taken_back_does_not_count() -> None:
    assert ROUTER.route(item("Gebouwen, niet zijnde huurwoningen")).groups == ()


def test_a_longer_subject_of_one_group_takes_its_words_from_another() -> None:
    assert ROUTER.route(item("Financiën decentrale overheden")).groups == ("financien",)


def test_the_name_of_a_member_is_no_subject() -> None:
    assert ROUTER.route(item("Motie van het lid Woningbouwer over het weer")).groups == ()


def test_a_debate_with_an_empty_title_is_routed_by_its_agenda() -> None:
    routing = ROUTER.route(
        item("Verzamelcommissiedebat", agenda=("Brief over woningbouw", "Wet betaalbare huur"))
    )

    assert routing.groups == ("woningmarkt",)


@pytest.mark.parametrize("title", ["Luchtvaart", "Staat van de luchtvaart", "Procedurevergadering"])
def test_one_point_of_the_agenda_counts_behind_a_title_for_nobody(title: str) -> None:
    routing = ROUTER.route(item(title, agenda=("Dienstregeling", "Meicirculaire gemeentefonds")))

    assert routing.groups == ("financien",)


def test_one_point_among_very_many_is_for_a_person_to_judge() -> None:
    letters = tuple(f"Brief over luchtvaart, deel {number}" for number in range(12))

    routing = ROUTER.route(item("Luchtvaart", agenda=(*letters, "Meicirculaire gemeentefonds")))

    assert (routing.groups, routing.triage) == ((), True)


@pytest.mark.parametrize(
    "title",
    [
        "Stemmingen",
        "Stemmingen (via videoverbinding)",
        "Procedurevergadering commissie Woningbouw en Huurwoningen",
        "Procedurevergadering van de vaste commissie voor Woningbouw",
    ],
)
def test_a_title_that_only_names_a_procedure_says_nothing_whatever_the_committee(title: str) -> None:
    routing = ROUTER.route(item(title, committee="Vaste commissie voor Binnenlandse Zaken"))

    assert (routing.groups, routing.triage) == ((), False)


def test_what_the_house_votes_on_counts() -> None:
    assert ROUTER.route(item("Stemmingen over de Wet betaalbare huur")).groups == ("woningmarkt",)


def test_the_act_that_is_changed_says_less_than_why() -> None:
    model = replace(HAND_MODEL, weights={**HAND_MODEL.weights, "title": 0.5, "subject": 3.0})
    router = Router(BOOK, model)

    routing = router.route(item("Wijziging van de Wet betaalbare huur in verband met het gemeentefonds"))

    assert routing.scores["financien"] > routing.scores["woningmarkt"]


def test_the_lead_among_equals_is_the_group_that_takes_precedence() -> None:
    title = "Huurwoningen en gemeentefonds"

    leads = {
        slug: Router(BOOK, replace(HAND_MODEL, precedence={slug: 1.0})).route(item(title)).groups[:1]
        for slug in ("woningmarkt", "financien")
    }

    assert leads == {"woningmarkt": ("woningmarkt",), "financien": ("financien",)}


def test_an_item_that_says_nothing_in_a_routed_dossier_is_for_a_person_to_judge() -> None:
    alone = ROUTER.route(item("Nader rapport"))
    inherited = ROUTER.route(item("Nader rapport", dossier_groups=("financien",)))

    assert (alone.triage, inherited.triage) == (False, True)


def test_earlier_items_of_the_dossier_speak_for_their_groups() -> None:
    alone = ROUTER.route(item("Nader rapport"))
    inherited = ROUTER.route(item("Nader rapport", dossier_groups=("financien",)))

    assert inherited.scores["financien"] > alone.scores["financien"]


def test_a_feed_that_is_meant_for_a_group_tips_what_is_in_doubt_and_says_so() -> None:
    alone = ROUTER.route(item("Nader rapport"))
    meant = ROUTER.route(replace(item("Nader rapport"), suggested_groups=("financien",)))

    assert meant.scores["financien"] > alone.scores["financien"]
    assert (meant.groups, meant.triage) == ((), True)
    assert [reason.rule for reason in meant.near_misses["financien"]] == ["feed"]


@pytest.mark.parametrize(
    ("day", "group"), [(date(2024, 1, 1), "woningmarkt"), (date(2025, 1, 1), "financien")]
)
def test_a_committee_means_what_it_meant_on_the_day(day: date, group: str) -> None:
    named = ROUTER.route(item("Rapport", committee="Vaste commissie voor Binnenlandse Zaken", on=day))
    unnamed = ROUTER.route(item("Rapport", on=day))

    gained = {slug: named.scores[slug] - unnamed.scores[slug] for slug in named.scores}

    assert max(gained, key=lambda slug: gained[slug]) == group


def test_a_group_that_did_not_get_an_item_has_the_words_for_and_against_it() -> None:
    routing = ROUTER.route(item("Luchtvaart boven de wijk"))

    assert "woningmarkt" not in routing.groups
    assert {reason.rule for reason in routing.near_misses["woningmarkt"]} >= {"context", "national"}


@settings(derandomize=True, deadline=None)
@given(title=st.text(min_size=1, max_size=200), summary=st.text(max_size=300))
def test_any_text_gets_an_answer_that_holds_together(title: str, summary: str) -> None:
    routing = ROUTER.route(RoutableItem(id="a", title=title, summary=summary))

    assert routing == ROUTER.route(RoutableItem(id="a", title=title, summary=summary))
    assert set(routing.groups) <= {"woningmarkt", "financien"}
    assert not (routing.groups and routing.triage)
    assert all(0 <= score <= 1 for score in routing.scores.values())
