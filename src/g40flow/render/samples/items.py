"""Made-up items as messages tell of them. Today is Wednesday 9 December 2026."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

from g40flow.domain.items import FieldChange, ItemDocument, ItemKind, ItemStatus, Json, SourceItem
from g40flow.domain.messages import GatheredView, ItemView, SourceNotice, Told
from g40flow.domain.network import ThemeGroup
from g40flow.domain.news import News
from g40flow.render.messages import MessageRenderer
from g40flow.render.samples.sample import Sample
from g40flow.resources import resource

TODAY = date(2026, 12, 9)
SEEN_AT = datetime(2026, 12, 8, 13, 5, tzinfo=UTC)
FIRST_SEEN_AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)

WONINGMARKT = ThemeGroup(slug="woningmarkt", name="Woningmarkt", short_name="Wonen", pillar="fysiek")
WELZIJN = ThemeGroup(
    slug="wonen-welzijn-zorg", name="Wonen, Welzijn en Zorg", short_name="WWZ", pillar="sociaal"
)
FINANCIEN = ThemeGroup(slug="financien", name="Financiën", short_name="Financiën", pillar=None)

IC = "https://www.internetconsultatie.nl"
TK = "https://www.tweedekamer.nl"

CONSULTATION = SourceItem(
    source="internetconsultatie",
    identifier="urgentie",
    kind=ItemKind.CONSULTATION,
    kind_label="AMvB",
    title="Besluit urgentie bij 's-Hertogenbosche woningtoewijzing & regie",
    url=f"{IC}/urgentie/b1",
    status=ItemStatus.OPEN,
    summary="Het besluit wijst groepen aan die voorrang krijgen bij een sociale huurwoning.",
    opens_on=date(2026, 11, 20),
    closes_on=date(2026, 12, 17),
    ministry="Ministerie van Volkshuisvesting en Ruimtelijke Ordening",
    documents=(
        ItemDocument(title="Ontwerpbesluit", url=f"{IC}/urgentie/document/1"),
        ItemDocument(title="Nota van toelichting", url=f"{IC}/urgentie/document/2"),
        ItemDocument(title="Uitvoerbaarheidstoets decentrale overheden", url=f"{IC}/urgentie/document/3"),
        ItemDocument(title="Beleidskompas", url=f"{IC}/urgentie/document/4"),
    ),
)
DEBATE = SourceItem(
    source="tweedekamer",
    identifier="activiteit:1",
    kind=ItemKind.ACTIVITY,
    kind_label="Commissiedebat",
    title="Staat van de Volkshuisvesting",
    url=f"{TK}/debat_en_vergadering/commissievergaderingen/details?id=2026A06208",
    status=ItemStatus.PLANNED,
    number="2026A06208",
    starts_at=datetime(2026, 12, 15, 9, 0, tzinfo=UTC),
    ends_at=datetime(2026, 12, 15, 12, 0, tzinfo=UTC),
    ministry="Ministerie van Volkshuisvesting en Ruimtelijke Ordening",
    committee="Vaste commissie voor Volkshuisvesting en Ruimtelijke Ordening",
    dossier_number="32847",
    agenda=(
        "Voortgang woningbouw in de regio",
        "Uitvoering van de Wet regie op de volkshuisvesting",
        "Huisvesting van aandachtsgroepen",
        "Monitor sociale huur 2026",
        "Stand van de woondeals",
        "Reactie op het manifest van de steden",
    ),
)
INPUT_ROUND = replace(
    DEBATE,
    identifier="activiteit:2",
    kind_label="Inbreng verslag (wetsvoorstel)",
    title="Wet versterking toezicht huurmarkt",
    starts_at=datetime(2026, 12, 10, 13, 0, tzinfo=UTC),
    ends_at=None,
    closes_on=date(2026, 12, 10),
    agenda=(),
)
LETTER = SourceItem(
    source="tweedekamer",
    identifier="zaak:3",
    kind=ItemKind.PARLIAMENTARY_CASE,
    kind_label="Brief regering",
    title="Voortgang aanpak dakloosheid",
    url=f"{TK}/kamerstukken/brieven_regering/detail?id=2026Z20001",
    status=ItemStatus.OPEN,
    number="2026Z20001",
    summary="Maatschappelijke opvang",
    published_on=date(2026, 12, 8),
    committee="Vaste commissie voor Volksgezondheid, Welzijn en Sport",
    dossier_number="29325",
)

LEAD = ItemView(
    item_id=12,
    item=CONSULTATION,
    group=WONINGMARKT,
    is_lead=True,
    other_groups=(WELZIJN, FINANCIEN),
    explanation=(
        "Voor Woningmarkt, want ‘woningtoewijzing’ in de titel en ‘sociale huur’ in de samenvatting. "
        "Kans 94 %."
    ),
    terms=("woningtoewijzing", "sociale huur", "regie"),
    today=TODAY,
    working_days_left=6,
    agreed_closes_on=None,
    agreed_closes_source="",
    urgent=False,
    first_seen_at=FIRST_SEEN_AT,
    told=(),
    portal_url="http://127.0.0.1:8040/items/12",
)
CO_GROUP = replace(
    LEAD,
    group=WELZIJN,
    is_lead=False,
    other_groups=(WONINGMARKT, FINANCIEN),
    explanation="Voor Wonen, Welzijn en Zorg, want ‘aandachtsgroepen’ in de samenvatting. Kans 71 %.",
    terms=("aandachtsgroepen",),
)
TRIAGE = replace(LEAD, group=None, is_lead=False, explanation="", terms=(), other_groups=(WONINGMARKT,))


def view_of(item: SourceItem, working_days_left: int | None = 4, base: ItemView = LEAD) -> ItemView:
    return replace(base, item=item, working_days_left=working_days_left)


def told(*news: News, **changes: tuple[Json, Json]) -> Told:
    """News with changed fields: told(News.EXTENDED, closes_on=("2026-12-10", "2026-12-17"))."""
    return Told(
        news=news,
        changes=tuple(FieldChange(field=name, old=old, new=new) for name, (old, new) in changes.items()),
        seen_at=SEEN_AT,
    )


EXTENDED = told(News.EXTENDED, closes_on=("2026-12-10", "2026-12-17"))
SHORTENED = told(News.SHORTENED, closes_on=("2026-12-31", "2026-12-17"))
WITHDRAWN = told(News.WITHDRAWN, status=("open", "withdrawn"))
MOVED_HOUR = told(News.RESCHEDULED, starts_at=("2026-12-11T09:00:00+00:00", "2026-12-15T09:00:00+00:00"))
DOCUMENTS = told(
    News.DOCUMENT_ADDED,
    documents=(
        [f"Ontwerp <{IC}/urgentie/document/1>"],
        [f"Ontwerpbesluit <{IC}/urgentie/document/1>", f"Nota van toelichting <{IC}/urgentie/document/2>"],
    ),
)
AGENDA = told(News.AGENDA_CHANGED, agenda=(["Woondeals", "Regie"], ["Regie", "Monitor sociale huur"]))


def reply_cases() -> Mapping[str, tuple[ItemView, Told]]:
    """A change of every kind, with the item as it is after it."""
    withdrawn = replace(CONSULTATION, status=ItemStatus.WITHDRAWN)
    cancelled = replace(DEBATE, status=ItemStatus.CANCELLED)
    undated = replace(DEBATE, starts_at=None, ends_at=None)
    return {
        "extended": (replace(LEAD, told=(EXTENDED,)), EXTENDED),
        "extended_for_co_group": (replace(CO_GROUP, told=(EXTENDED,)), EXTENDED),
        "shortened": (replace(LEAD, told=(SHORTENED,)), SHORTENED),
        "term_set": (LEAD, told(News.TERM_SET, closes_on=(None, "2026-12-17"))),
        "withdrawn": (view_of(withdrawn), WITHDRAWN),
        "reopened": (LEAD, told(News.REOPENED, News.EXTENDED, closes_on=("2026-11-30", "2026-12-17"))),
        "result": (
            view_of(replace(CONSULTATION, status=ItemStatus.RESULT_PUBLISHED), None),
            told(News.RESULT_PUBLISHED),
        ),
        "documents": (LEAD, DOCUMENTS),
        "rescheduled": (view_of(DEBATE), MOVED_HOUR),
        "rescheduled_to_unknown": (
            view_of(undated, None),
            told(News.RESCHEDULED, starts_at=("2026-12-15T09:00:00+00:00", None)),
        ),
        "takes_place_after_all": (view_of(DEBATE), told(News.RESCHEDULED, status=("cancelled", "planned"))),
        "cancelled": (view_of(cancelled), told(News.CANCELLED)),
        "replaced": (view_of(replace(DEBATE, status=ItemStatus.MOVED)), told(News.REPLACED)),
        "agenda": (view_of(DEBATE), AGENDA),
    }


def card_cases() -> Mapping[str, ItemView]:
    """A card for every situation in which an item can be."""
    urgent = replace(LEAD, urgent=True)
    tomorrow = replace(CONSULTATION, closes_on=date(2026, 12, 10))
    over = replace(CONSULTATION, closes_on=date(2026, 12, 8))
    return {
        "lead": LEAD,
        "lead_urgent": urgent,
        "one_day": view_of(tomorrow, 1, urgent),
        "last_day": view_of(replace(CONSULTATION, closes_on=TODAY), 0, urgent),
        "last_working_day": replace(
            view_of(replace(CONSULTATION, closes_on=date(2026, 12, 13)), 0), today=date(2026, 12, 11)
        ),
        "co_group": CO_GROUP,
        "without_term": view_of(replace(CONSULTATION, closes_on=None), None),
        "agreed": replace(
            LEAD,
            working_days_left=13,
            agreed_closes_on=date(2026, 12, 29),
            agreed_closes_source="brief van het ministerie van 1 december",
        ),
        "agreed_after_closing": replace(
            view_of(replace(over, status=ItemStatus.CLOSED), 13), agreed_closes_on=date(2026, 12, 29)
        ),
        "extended": replace(LEAD, told=(EXTENDED, DOCUMENTS)),
        "withdrawn": replace(view_of(replace(CONSULTATION, status=ItemStatus.WITHDRAWN)), told=(WITHDRAWN,)),
        "closed": view_of(over, -1),
        "result": replace(
            view_of(replace(over, status=ItemStatus.RESULT_PUBLISHED), -1),
            told=(told(News.RESULT_PUBLISHED),),
        ),
        "debate": view_of(DEBATE),
        "debate_today": view_of(
            replace(DEBATE, starts_at=datetime(2026, 12, 9, 15, tzinfo=UTC), ends_at=None), 0
        ),
        "debate_held": view_of(replace(DEBATE, status=ItemStatus.CLOSED), -4),
        "debate_moved_hour": replace(view_of(DEBATE), told=(MOVED_HOUR, AGENDA)),
        "debate_undated": view_of(replace(DEBATE, starts_at=None, ends_at=None), None),
        "debate_cancelled": replace(
            view_of(replace(DEBATE, status=ItemStatus.CANCELLED)), told=(told(News.CANCELLED),)
        ),
        "debate_replaced": replace(
            view_of(replace(DEBATE, status=ItemStatus.MOVED)), told=(told(News.REPLACED),)
        ),
        "input_round": view_of(INPUT_ROUND, 1, urgent),
        "input_round_co_group": view_of(INPUT_ROUND, 1, CO_GROUP),
        "letter": view_of(LETTER, None),
        "bill": view_of(replace(LETTER, kind_label="Wetgeving", title="Wet toezicht huurmarkt"), None),
        "motion_done": view_of(replace(LETTER, kind_label="Motie", status=ItemStatus.CLOSED), None),
        "hostile": replace(LEAD, item=HOSTILE, explanation="Voor *iedereen* <!here>", terms=("<@U1>", "a|b")),
    }


HOSTILE = replace(
    CONSULTATION,
    title="<!channel> <https://kwaad.example|Rijksoverheid> \u202egnp.exe & *vet* ~weg~\n> citaat",
    summary="<@U0ANNA0001> zegt:\n" + "zeer " * 400,
    url="https://www.internetconsultatie.nl/a|b>c d?x=1&y=<2>",
    documents=(
        ItemDocument(title="Bijlage|<!here>\x00", url="javascript:alert(1)"),
        ItemDocument(title="\u200b", url=f"{IC}/document/9"),
        ItemDocument(title="Inloggen", url="https://www.internetconsultatie.nl@kwaad.example/"),
    ),
)


def gathered_cases() -> Mapping[str, GatheredView]:
    """Lists of several items."""
    mixed = (
        LEAD,
        view_of(DEBATE),
        view_of(INPUT_ROUND, 1, CO_GROUP),
        view_of(LETTER, None),
        view_of(replace(DEBATE, status=ItemStatus.CANCELLED)),
    )
    group = GatheredView(
        group=WONINGMARKT,
        beginning=False,
        items=mixed,
        more=0,
        overview_url="http://127.0.0.1:8040/items?group=woningmarkt",
        today=TODAY,
    )
    return {
        "mixed": group,
        "one": replace(group, items=mixed[:1]),
        "beginning": replace(group, beginning=True, more=17),
        "triage": replace(group, group=None, items=(TRIAGE, view_of(DEBATE, 4, TRIAGE)), more=1),
        "many": replace(group, items=tuple(replace(LEAD, item_id=n) for n in range(40)), more=2),
    }


def notice_cases() -> Mapping[str, SourceNotice]:
    """What operators are told."""
    trouble = SourceNotice(
        source="tweedekamer",
        code="trouble",
        message="Zaak: no usable answer (HTTP 503)",
        recovered=False,
        since=SEEN_AT,
        portal_url="http://127.0.0.1:8040/sources",
    )
    return {
        "trouble": trouble,
        "recovered": replace(trouble, code="recovered", recovered=True),
        "stale_feed": replace(
            trouble, code="stale_feed", message="Activiteit: nothing new for 9 hours", since=None
        ),
        "unknown_word": replace(
            trouble,
            source="internetconsultatie",
            code="unknown_status",
            message="<!channel> zegt: Geparkeerd",
            since=None,
        ),
        "other_source": replace(trouble, source="provincieblad", code="nieuw_soort"),
        "gaps_found": replace(
            trouble,
            code="gaps_found",
            message="Commissiedebat Woningbouw <!channel>; Wetgevingsoverleg *Water*; Motie over huur; +4",
            since=None,
            count=7,
            portal_url=COVERAGE,
        ),
        "gaps_healed": replace(trouble, code="gaps_healed", message="", since=None, portal_url=COVERAGE),
        "quiet": replace(trouble, code="quiet_nothing_new", message="", portal_url=COVERAGE),
        "quiet_over": replace(trouble, code="quiet_over", message="", portal_url=COVERAGE),
    }


COVERAGE = "http://127.0.0.1:8040/sources/coverage"


def item_messages() -> Iterator[Sample]:
    """Every message about items and sources."""
    renderer = MessageRenderer(resource("templates"), interactive=True)
    cards, replies = card_cases(), reply_cases()
    for case, view in cards.items():
        yield Sample("item_card", case, renderer.item_card(view))
    for case in ("lead", "debate", "withdrawn", "hostile"):
        triage = view_of(cards[case].item, base=TRIAGE)
        yield Sample("triage_card", case, renderer.triage_card(triage))
    for case in ("lead_urgent", "extended", "withdrawn", "input_round", "debate_cancelled"):
        yield Sample("urgent_message", case, renderer.urgent_message(cards[case]))
    plain = replace(cards["lead_urgent"], in_plain_words=True)
    yield Sample("urgent_message", "in_plain_words", renderer.urgent_message(plain))
    for case, (view, said) in replies.items():
        yield Sample("news_reply", case, renderer.news_reply(view, said))
    for case in ("extended", "withdrawn", "cancelled"):
        yield Sample("followed_news", case, renderer.followed_news(*replies[case]))
    for case in ("lead", "hostile"):
        yield Sample("sighting", case, renderer.sighting(cards[case]))
        yield Sample("family_news", case, renderer.family_news(cards[case]))
        yield Sample("group_news", case, renderer.group_news(cards[case]))
    for case, gathered in gathered_cases().items():
        yield Sample("gathered", case, renderer.gathered(gathered))
    for case, notice in notice_cases().items():
        yield Sample("source_notice", case, renderer.source_notice(notice))
