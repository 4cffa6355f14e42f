"""`g40flow doctor`: whether everything is in order, and what to do where it is not."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from functools import partial

from sqlalchemy.exc import SQLAlchemyError

from g40flow.bootstrap import App
from g40flow.domain.coverage import ExpectedOn
from g40flow.domain.errors import G40FlowError, SourceError
from g40flow.domain.network import Role
from g40flow.domain.reach import MailState
from g40flow.jobs import kind_of_day
from g40flow.notify.contract import Address
from g40flow.storage import schema_version
from g40flow.use_cases.watch_quiet import brought_lately

CLOCK_TOLERANCE = timedelta(seconds=60)
"""Slack refuses what is signed more than five minutes off; publishers' days turn at midnight."""


DAYS = {
    ExpectedOn.EVERY_DAY: "elke dag",
    ExpectedOn.WORKING_DAYS: "een werkdag",
    ExpectedOn.SITTING_DAYS: "een vergaderdag van de Kamer",
}


class Verdict(StrEnum):
    """How one point stands; the values are what people read."""

    GOOD = "in orde"
    NOTE = "let op"
    WRONG = "FOUT"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One point that was looked at. advice: what to do, "" if nothing. All Dutch."""

    what: str
    verdict: Verdict
    found: str
    advice: str = ""


def examine(app: App, *, live: bool, progress: Callable[[str], None]) -> list[Finding]:
    """Every point in turn; one that cannot be looked at is a finding too, never an exception.

    live: also ask the publishers what their documentation leaves open, and those that are switched
        off whether they could be switched on: of these nothing is wrong, at most worth a note.
    progress: is told the name of each point before it is looked at.
    """
    parts: list[tuple[str, Callable[[], Iterator[Finding]]]] = [
        ("config", partial(_config, app)),
        ("database", partial(_database, app)),
        ("slack", partial(_slack, app)),
        ("mail", partial(_mail, app)),
        ("inloggen", partial(_sign_in, app)),
        *(
            (name, partial(_publisher, app, name, live=live))
            for name, config in app.sources_config.all().items()
            if config.enabled or live
        ),
    ]
    findings: list[Finding] = []
    for name, look in parts:
        progress(name)
        try:
            findings.extend(look())
        except (G40FlowError, SQLAlchemyError) as error:
            findings.append(Finding(what=name, verdict=Verdict.WRONG, found=str(error)))
    return findings


def _config(app: App) -> Iterator[Finding]:
    network = app.network
    sizes = (
        f"{len(network.cities)} steden",
        f"{len(network.theme_groups)} themagroepen",
        f"{len(network.people)} mensen",
    )
    yield Finding(what=f"config ({app.config_dir})", verdict=Verdict.GOOD, found=", ".join(sizes))
    yield Finding(what="routering", verdict=Verdict.GOOD, found=f"regels {app.router.book.version}")
    today = app.now().date()
    recesses = [r for r in app.calendars.working.recesses if r.until_on >= today]
    yield Finding(
        what="kalender",
        verdict=Verdict.GOOD if recesses else Verdict.NOTE,
        found=f"{len(recesses)} recessen in het vooruitzicht",
        advice="" if recesses else "vul de recessen van het nieuwe jaar aan in calendar.yaml",
    )
    for role in (Role.PA_OFFICER, Role.BOARD_SECRETARY):
        if not network.holders(role, None, today):
            yield Finding(
                what="mensen",
                verdict=Verdict.NOTE,
                found=f"niemand heeft de rol {role}",
                advice="vul people.yaml aan",
            )


def _sign_in(app: App) -> Iterator[Finding]:
    """By which ways people come in. The key is looked at too: without it the portal does not start."""
    _ = app.access
    ways = [
        *(["Slack"] if app.slack_openid is not None else []),
        *(["een link per e-mail"] if app.settings.smtp_host is not None else []),
    ]
    yield Finding(
        what="inloggen",
        verdict=Verdict.GOOD if ways else Verdict.NOTE,
        found=f"met {' of '.join(ways)}" if ways else "alleen met een link van: g40flow access link",
        advice="" if ways else "stel mail in (docs/mail.md) of inloggen met Slack (docs/access.md)",
    )


def _database(app: App) -> Iterator[Finding]:
    kind = "SQLite" if app.database.is_sqlite else "PostgreSQL"
    found, wanted = schema_version.version(app.database), schema_version.newest_version()
    what, version = f"database ({kind})", f"versie {found or 'leeg'}"
    if found == wanted:
        yield Finding(what=what, verdict=Verdict.GOOD, found=version)
        return
    newer = found is not None and found > wanted
    yield Finding(
        what=what,
        verdict=Verdict.WRONG,
        found=f"{version}, nodig is {wanted}",
        advice="installeer het nieuwere programma" if newer else "voer uit: g40flow db upgrade",
    )


def _slack(app: App) -> Iterator[Finding]:
    from g40flow.notify.slack_doctor import slack_checks

    if app.slack is None:
        yield Finding(
            what="Slack",
            verdict=Verdict.NOTE,
            found="geen token; berichten blijven klaarstaan",
            advice="zet G40FLOW_SLACK_BOT_TOKEN; zie docs/slack.md",
        )
        return
    channels = app.notifications.channels
    names = [channels.triage, channels.operators, *channels.groups.values()]
    people = [
        Address(email=person.email, slack_user=person.slack_user)
        for person in app.network.people
        if any(holding.role in app.notifications.urgent_message_to for holding in person.roles)
    ]
    for check in slack_checks(app.slack, channels=names, people=people):
        yield _finding(check.what, check.found, check.advice, ok=check.ok)
    yield from _slack_receiving(app)


def _slack_receiving(app: App) -> Iterator[Finding]:
    """Whether what people do in Slack can reach us."""
    from g40flow.notify.slack_doctor import check_socket

    settings = app.settings
    if settings.slack_app_token is not None:
        check = check_socket(settings.slack_app_token.get_secret_value(), base_url=settings.slack_base_url)
        yield _finding(check.what, check.found, check.advice, ok=check.ok)
    elif settings.slack_signing_secret is not None:
        yield Finding(
            what="Slack: ontvangen",
            verdict=Verdict.GOOD,
            found=f"over HTTP; Slack roept {settings.portal_url.rstrip('/')}/slack/interactions aan",
        )
    else:
        yield Finding(
            what="Slack: ontvangen",
            verdict=Verdict.NOTE,
            found="niet ingesteld; kaarten hebben geen knoppen om te handelen",
            advice="zet G40FLOW_SLACK_APP_TOKEN; zie docs/slack.md",
        )


def _mail(app: App) -> Iterator[Finding]:
    from g40flow.notify.mail_doctor import mail_checks
    from g40flow.storage.mail_states import refusing_addresses

    if app.mail is None:
        yield Finding(
            what="mail",
            verdict=Verdict.NOTE,
            found="geen mailserver; niemand kan per mail inloggen of berichten krijgen",
            advice="zet G40FLOW_SMTP_HOST en G40FLOW_SMTP_FROM; zie docs/mail.md",
        )
        return
    for check in mail_checks(app.mail.calls, app.network.people):
        yield _finding(check.what, check.found, check.advice, ok=check.ok)
    if not schema_version.is_current(app.database):
        return
    with app.database.reading() as session:
        refusing = [row.person for row in refusing_addresses(session) if row.state == MailState.HARD]
    if refusing:
        yield Finding(
            what="mail",
            verdict=Verdict.NOTE,
            found=f"geweigerd voor {', '.join(sorted(refusing))}",
            advice="controleer de adressen; daarna g40flow mail allow PERSOON",
        )


def _publisher(app: App, name: str, *, live: bool) -> Iterator[Finding]:
    found = _looks(app, name, live=live)
    if app.sources_config.all()[name].enabled:
        yield from found
        return
    for one in found:
        verdict = Verdict.NOTE if one.verdict is Verdict.WRONG else one.verdict
        yield replace(one, what=f"{one.what} (staat uit)", verdict=verdict)


def _looks(app: App, name: str, *, live: bool) -> Iterator[Finding]:
    source = app.source(name)
    with app.fetcher(name) as fetch:
        try:
            page = fetch.get(source.first_address)
        except SourceError as error:
            yield Finding(
                what=name,
                verdict=Verdict.WRONG,
                found=str(error),
                advice=f"controleer het netwerk en base_url van {name} in sources.yaml",
            )
            return
        yield Finding(what=name, verdict=Verdict.GOOD, found=f"antwoordt met status {page.status}")
        if page.published_date is not None:
            yield _clock(app, name, abs(page.fetched_at - page.published_date))
        if live:
            for check in source.live_checks(fetch):
                yield _finding(f"{name}: {check.what}", check.found, check.advice, ok=check.ok)
    if live and schema_version.is_current(app.database):
        yield from _brought(app, name)


def _brought(app: App, name: str) -> Iterator[Finding]:
    """Whether past days bear out what sources.yaml expects of this publisher."""
    expects = app.sources_config.all()[name].expects
    if expects.at_least == 0 and expects.quiet_days is None:
        return
    with app.database.reading() as session:
        brought = brought_lately(session, name, expects.expectation(), kind_of_day(app), app.now())
    good = brought.too_few == 0 and not brought.is_quiet
    wanted = [f"minstens {expects.at_least} op {DAYS[expects.days]}"] if expects.at_least else []
    wanted += [f"nooit {expects.quiet_days} zulke dagen niets"] if expects.quiet_days else []
    lately = (
        f"in de afgelopen maand {brought.days} zulke dagen, met {brought.fewest} tot {brought.most}"
        if brought.days
        else "nog geen zulke dag gezien"
    )
    yield Finding(
        what=f"{name}: de bron brengt wat in expects staat",
        verdict=Verdict.GOOD if good else Verdict.NOTE,
        found=f"verwacht {', '.join(wanted)}; {lately}, waarvan {brought.too_few} te weinig",
        advice="" if good else f"stel expects van {name} bij in sources.yaml, of kijk of er iets gemist is",
    )


def _clock(app: App, name: str, difference: timedelta) -> Finding:
    difference = abs(difference - abs(app.settings.clock_offset))
    good = difference <= CLOCK_TOLERANCE
    return Finding(
        what="klok",
        verdict=Verdict.GOOD if good else Verdict.WRONG,
        found=f"{difference.total_seconds():.0f} s verschil met {name}",
        advice="" if good else "zet de klok van deze machine gelijk (NTP)",
    )


def _finding(what: str, found: str, advice: str, *, ok: bool) -> Finding:
    return Finding(what=what, verdict=Verdict.GOOD if ok else Verdict.WRONG, found=found, advice=advice)
