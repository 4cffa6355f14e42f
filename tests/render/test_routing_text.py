from g40flow.domain.routing import Reason, Routing
from g40flow.render.routing_text import why, why_not

ROUTING = Routing(
    item_id="1",
    groups=("woningmarkt",),
    scores={"woningmarkt": 0.93, "financien": 0.08, "europa": 0.0},
    triage=False,
    reasons=(
        Reason(group="woningmarkt", term="huur*", rule="strong", field="title", weight=1.0, quote="Huurwet"),
        Reason(group="woningmarkt", term="wonen", rule="context", field="theme", weight=0.4, quote="Wonen"),
        Reason(group="woningmarkt", term="vws", rule="committee", field="committee", weight=0.1, quote="BZK"),
    ),
    near_misses={
        "financien": (
            Reason(
                group="financien",
                term="uitkering",
                rule="context",
                field="summary",
                weight=0.3,
                quote="uitkering",
            ),
            Reason(
                group="financien", term="bank*", rule="national", field="title", weight=-1.0, quote="Bank"
            ),
        )
    },
)


def test_a_routed_group_is_told_which_words_and_facts_counted() -> None:
    assert why(ROUTING, "woningmarkt", "Woningmarkt") == (
        "Voor Woningmarkt, want ‘Huurwet’ in de titel, ‘Wonen’ in het onderwerp en de commissie (BZK)."
        " Kans 93 %."
    )


def test_another_group_is_told_what_weighed_against_it() -> None:
    assert why_not(ROUTING, "financien", "Financiën") == (
        "Niet voor Financiën: wel ‘uitkering’ in de samenvatting, maar ‘Bank’ weegt zwaarder. Kans 8 %."
    )


def test_a_group_without_any_word_is_told_so() -> None:
    assert why_not(ROUTING, "europa", "Europa") == (
        "Niet voor Europa: er staat geen woord in dat bij deze groep hoort. Kans minder dan 1 %."
    )
