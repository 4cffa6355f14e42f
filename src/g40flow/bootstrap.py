"""Reads environment and config/ once and builds `App`; nothing else in the program does."""

import os
import socket
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from g40flow.config.mail import mail_server
from g40flow.config.network import load_network
from g40flow.config.notifications import NotificationsConfig, load_notifications
from g40flow.config.settings import Settings, settings_from
from g40flow.config.sources import (
    DebatDirectConfig,
    FeedSourceConfig,
    HaveYourSayConfig,
    ODataConfig,
    OfficieleBekendmakingenConfig,
    OpenOverheidConfig,
    SourcesConfig,
    WetgevingskalenderConfig,
    load_sources,
)
from g40flow.domain.errors import ConfigError, NotFound
from g40flow.domain.network import Network
from g40flow.resources import resource

if TYPE_CHECKING:
    from g40flow.config.calendar import Calendars
    from g40flow.config.positions import SeedPosition
    from g40flow.domain.routing import Router
    from g40flow.notify.contract import Transport
    from g40flow.notify.mail import MailTransport
    from g40flow.notify.slack import SlackTransport
    from g40flow.notify.slack_openid import SlackOpenId
    from g40flow.render.digests import DigestRenderer
    from g40flow.render.documents import Documents
    from g40flow.render.first_draft import DraftWriter
    from g40flow.render.messages import MessageRenderer
    from g40flow.render.news_feed import NewsWriter
    from g40flow.render.pictures import Pictures
    from g40flow.render.report_forms import ReportForms
    from g40flow.sources.contract import Source
    from g40flow.sources.fetch import Fetcher
    from g40flow.sources.tweedekamer.debat_direct import DebatDirect
    from g40flow.sources.tweedekamer.odata import ODataService
    from g40flow.storage.database import Database
    from g40flow.use_cases.access.rules import AccessRules
    from g40flow.use_cases.announce_items import Announcer
    from g40flow.use_cases.calls.links import CallLinks
    from g40flow.use_cases.compose_messages import Composer
    from g40flow.use_cases.deliver_messages import Deliverer
    from g40flow.use_cases.digest.make_digests import Digester
    from g40flow.use_cases.digest.read_facts import DigestSources
    from g40flow.use_cases.dossier.desk import Desk
    from g40flow.use_cases.pictures import KnownDays
    from g40flow.use_cases.preferences.unsubscribe import Unsubscribing
    from g40flow.use_cases.private_feeds.calendars import CalendarDesk

FICHES_OF_THE_LAST = timedelta(days=730)
"""A law takes years; of consultations that came before this, fiches are asked for no more."""


@dataclass(frozen=True)
class App:
    """Everything a use case needs. Parts are built when first asked for, so that a command pays
    only for what it uses; configuration is read and checked at once.
    """

    settings: Settings
    config_dir: Path
    network: Network
    notifications: NotificationsConfig
    sources_config: SourcesConfig

    def now(self) -> datetime:
        """This machine's clock, plus the offset of the settings; aware UTC."""
        return datetime.now(UTC) + self.settings.clock_offset

    def new_holder(self) -> str:
        """A name for one piece of work of this process that no other has, for claims and leases."""
        return f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"

    def is_dead(self, holder: str) -> bool:
        """Whether the process that took this name ran on this machine and is gone."""
        host, _, rest = holder.rpartition(":")[0].rpartition(":")
        if host != socket.gethostname() or not rest.isdecimal():
            return False
        try:
            os.kill(int(rest), 0)
        except ProcessLookupError:
            return True
        except (PermissionError, OverflowError):
            return False
        return False

    @cached_property
    def calendars(self) -> "Calendars":
        """Working days and sending hours."""
        from g40flow.config.calendar import load_calendars

        return load_calendars(self.config_dir)

    @cached_property
    def database(self) -> "Database":
        """The database, whatever version its schema has."""
        from g40flow.storage.database import Database

        return Database(self.settings.database_url.get_secret_value())

    @cached_property
    def router(self) -> "Router":
        """The router with the rules and the model of config/routing."""
        from g40flow.config.routing import load_router

        return load_router(self.config_dir / "routing")

    def read_rules_again(self) -> None:
        """Forget the router, so that the next one knows the rules as they now stand in their files."""
        self.__dict__.pop("router", None)

    def source(self, name: str) -> "Source":
        """One enabled or disabled source by name. Raises NotFound."""
        from g40flow.sources.internetconsultatie import Internetconsultatie
        from g40flow.sources.tweedekamer import TweedeKamer
        from g40flow.sources.tweedekamer.quiet_feed import QuietLimit

        match name:
            case "internetconsultatie":
                consultations = self.sources_config.internetconsultatie
                return Internetconsultatie(
                    base_url=self.base_url(name),
                    expected_minimum=consultations.expected_minimum,
                    reread_open_after=timedelta(hours=consultations.reread_open_after_hours),
                    reread_closed_after=timedelta(days=consultations.reread_closed_after_days),
                )
            case "tweedekamer":
                house = self.sources_config.tweedekamer
                return TweedeKamer(
                    base_url=self.base_url(name),
                    site_url=str(house.site_url).rstrip("/"),
                    categories=house.categories,
                    start_tokens=house.start_tokens,
                    known_committees=house.known_committees,
                    quiet_limit=QuietLimit(
                        is_sitting_day=self.calendars.is_sitting_day,
                        working_time=timedelta(hours=house.stale_after_working_hours),
                    ),
                    odata=_odata(self, name, house.odata),
                    debat_direct=_debat_direct(house.debat_direct),
                )
            case "openoverheid" if self.sources_config.openoverheid is not None:
                return _open_overheid(self.base_url(name), self.sources_config.openoverheid)
            case "haveyoursay" if self.sources_config.haveyoursay is not None:
                return _have_your_say(self.base_url(name), self.sources_config.haveyoursay)
            case "wetgevingskalender" if self.sources_config.wetgevingskalender is not None:
                return _calendar_of_laws(self, self.sources_config.wetgevingskalender)
            case "eerstekamer" if (senate := self.sources_config.eerstekamer) is not None:
                from g40flow.sources.eerstekamer import EersteKamer

                return EersteKamer(
                    base_url=self.base_url(name),
                    expected_minimum=senate.expected_minimum,
                    bills_every=timedelta(hours=senate.bills_every_hours),
                    look_back=timedelta(days=senate.look_back_days),
                    known_committees=senate.known_committees,
                )
            case "officielebekendmakingen" if journals := self.sources_config.officielebekendmakingen:
                return _journals(journals, self.base_url(name))
            case _ if name in self.sources_config.feeds:
                return _feeds(name, self.sources_config.feeds[name], self.base_url(name))
            case _:
                known = ", ".join(self.sources_config.all())
                raise NotFound(f"er is geen bron {name!r}; bekend zijn {known}")

    def base_url(self, name: str) -> str:
        """Address of a publisher's interface, without a slash at the end."""
        return str(self.sources_config.all()[name].base_url).rstrip("/")

    def fetcher(self, name: str) -> "Fetcher":
        """A polite client for one source; the caller closes it."""
        from g40flow.sources.fetch import Fetcher, FetchLimits

        config = self.sources_config.all()[name]
        return Fetcher(
            contact=self.settings.contact,
            allowed_hosts={address.host for address in config.addresses if address.host},
            limits=FetchLimits(interval=timedelta(seconds=config.seconds_between_requests)),
        )

    @cached_property
    def renderer(self) -> "MessageRenderer":
        """Dutch messages from templates/."""
        from g40flow.render.messages import MessageRenderer

        return MessageRenderer(resource("templates"), interactive=self.settings.slack_is_interactive)

    @cached_property
    def slack(self) -> "SlackTransport | None":
        """The Slack channel; None as long as no token is set."""
        from g40flow.notify.slack import SlackTransport

        token = self.settings.slack_bot_token
        if token is None:
            return None
        return SlackTransport(token.get_secret_value(), base_url=self.settings.slack_base_url, draw=_png_of)

    @cached_property
    def slack_openid(self) -> "SlackOpenId | None":
        """Signing in with Slack; None as long as it is not set up. Raises ConfigError when it is half."""
        client_id, secret = self.settings.slack_client_id, self.settings.slack_client_secret
        team_id, api = self.settings.slack_team_id, self.settings.slack_base_url
        if client_id is None and secret is None:
            return None
        if client_id is None or secret is None or team_id is None:
            raise ConfigError(
                "signing in with Slack needs all of G40FLOW_SLACK_CLIENT_ID, G40FLOW_SLACK_CLIENT_SECRET "
                "and G40FLOW_SLACK_TEAM_ID"
            )
        from g40flow.notify.slack_openid import SLACK, SlackOpenId

        return SlackOpenId(
            client_id=client_id,
            client_secret=secret.get_secret_value(),
            team_id=team_id,
            redirect_uri=f"{self.settings.portal_url.rstrip('/')}/sign-in/slack/callback",
            base_url=SLACK if api is None else api.rstrip("/").removesuffix("/api"),
            clock=lambda: self.now().timestamp(),
        )

    @cached_property
    def desk(self) -> "Desk":
        """What work on dossiers needs of the configuration."""
        from g40flow.config.workflow import load_workflow
        from g40flow.use_cases.dossier.desk import Desk

        return Desk(network=self.network, calendars=self.calendars, rules=load_workflow(self.config_dir))

    @cached_property
    def access(self) -> "AccessRules":
        """Who can come in, and for how long. Raises ConfigError when a secret key must be set first."""
        from g40flow.config.secret_key import secret_key
        from g40flow.use_cases.access.rules import AccessRules

        return AccessRules(
            network=self.network,
            secret_key=secret_key(self.settings),
            session_idle=timedelta(hours=self.settings.session_idle_hours),
            session_longest=timedelta(days=self.settings.session_days),
        )

    @cached_property
    def mail(self) -> "MailTransport | None":
        """Mail; None as long as no server is set."""
        server = mail_server(self.settings)
        if server is None:
            return None
        from g40flow.notify.mail import MailTransport
        from g40flow.notify.mail_calls import MailCalls
        from g40flow.render.mail import MailFrame

        return MailTransport(
            server,
            MailCalls(server),
            MailFrame(resource("templates")),
            installation=self.settings.portal_url.rstrip("/"),
            clock=self.now,
        )

    @property
    def transports(self) -> "dict[str, Transport]":
        """The channels that are set up, by name."""
        channels: dict[str, Transport | None] = {"slack": self.slack, "mail": self.mail}
        return {name: transport for name, transport in channels.items() if transport is not None}

    @cached_property
    def documents(self) -> "Documents":
        """Makes Word files and PDFs of texts."""
        from g40flow.render.documents import Documents

        return Documents(resource("templates"))

    @cached_property
    def pictures(self) -> "Pictures":
        """Draws timelines, coverage and numbers per week."""
        from g40flow.render.pictures import Pictures

        return Pictures(resource("templates"))

    @cached_property
    def reports(self) -> "ReportForms":
        """Makes pages, CSV, Word files and PDFs of reports."""
        from g40flow.render.report_forms import ReportForms

        return ReportForms(
            resource("templates"),
            documents=self.documents,
            pictures=self.pictures,
            network=self.network,
            portal_url=self.settings.portal_url,
        )

    @cached_property
    def known_days(self) -> "KnownDays":
        """How past days went with each publisher, remembered by this process."""
        from g40flow.use_cases.pictures import KnownDays

        return KnownDays()

    @cached_property
    def calendar_desk(self) -> "CalendarDesk":
        """What calendars by private address need."""
        from g40flow.render.calendars import CalendarWriter
        from g40flow.use_cases.private_feeds.calendars import CalendarDesk

        writer = CalendarWriter(resource("templates"), **self._own_place)
        return CalendarDesk(
            network=self.network,
            calendars=self.calendars,
            writer=writer,
            hooks=self.desk.rules.campaigns.hooks,
        )

    @cached_property
    def news_writer(self) -> "NewsWriter":
        """Writes news by private address."""
        from g40flow.render.news_feed import NewsWriter

        return NewsWriter(resource("templates"), **self._own_place)

    @property
    def _own_place(self) -> dict[str, str]:
        """Where people find this installation, and the name that makes what it writes unique."""
        portal_url = self.settings.portal_url.rstrip("/")
        return {"portal_url": portal_url, "host": urlsplit(portal_url).hostname or "g40flow"}

    @cached_property
    def draft_writer(self) -> "DraftWriter":
        """Begins texts from templates/documents/."""
        from g40flow.render.first_draft import DraftWriter

        return DraftWriter(resource("templates"))

    @cached_property
    def digests(self) -> "DigestRenderer":
        """Writes weekly digests in every form."""
        from g40flow.render.digests import DigestRenderer

        return DigestRenderer(
            resource("templates"),
            portal_url=self.settings.portal_url.rstrip("/"),
            interactive=self.settings.slack_is_interactive,
        )

    @cached_property
    def digest_sources(self) -> "DigestSources":
        """What weekly digests need of the configuration."""
        from g40flow.config.digests import load_digests
        from g40flow.use_cases.digest.read_facts import DigestSources

        followed = {name: config for name, config in self.sources_config.all().items() if config.enabled}
        return DigestSources(
            desk=self.desk,
            config=load_digests(self.config_dir),
            notifications=self.notifications,
            rhythms={name: config.every for name, config in followed.items()},
        )

    def digester(self) -> "Digester":
        """Makes the weekly digests that are due, once."""
        from g40flow.use_cases.digest.make_digests import Digester

        return Digester(
            database=self.database,
            sources=self.digest_sources,
            splitter=self.digests,
            portal_url=self.settings.portal_url.rstrip("/"),
            clock=self.now,
            holder=self.new_holder(),
        )

    @cached_property
    def positions(self) -> "tuple[SeedPosition, ...]":
        """Positions of the network to begin the library with."""
        from g40flow.config.positions import load_positions

        return load_positions(self.config_dir, self.network)

    @cached_property
    def announcer(self) -> "Announcer":
        """Writes messages about items."""
        from g40flow.use_cases.announce_items import Announcer

        return Announcer(network=self.network, calendars=self.calendars, rules=self.notifications)

    @cached_property
    def call_links(self) -> "CallLinks":
        """Personal links of calls for input. Raises ConfigError when a secret key must be set first."""
        from g40flow.use_cases.calls.links import CallLinks

        days = self.desk.rules.calls.link_valid_calendar_days_after_closing
        return CallLinks(secret_key=self.access.secret_key, valid_after=timedelta(days=days))

    @cached_property
    def composer(self) -> "Composer":
        """Makes messages from what is stored."""
        from g40flow.render.access_messages import AccessRenderer
        from g40flow.render.campaign_messages import CampaignRenderer
        from g40flow.render.deadline_messages import DeadlineRenderer
        from g40flow.render.dossier_messages import DossierRenderer
        from g40flow.render.hook_messages import HookRenderer
        from g40flow.render.outcome_messages import OutcomeRenderer
        from g40flow.render.preference_messages import PreferenceRenderer
        from g40flow.use_cases.access.messages import MessagesAboutAccess
        from g40flow.use_cases.compose_messages import Composer
        from g40flow.use_cases.messages_about_calls import MessagesAboutCalls
        from g40flow.use_cases.messages_about_campaigns import MessagesAboutCampaigns
        from g40flow.use_cases.messages_about_deadlines import MessagesAboutDeadlines
        from g40flow.use_cases.messages_about_decisions import MessagesAboutDecisions
        from g40flow.use_cases.messages_about_digests import MessagesAboutDigests
        from g40flow.use_cases.messages_about_dossiers import DossierViews, MessagesAboutDossiers
        from g40flow.use_cases.messages_about_hooks import MessagesAboutHooks
        from g40flow.use_cases.messages_about_items import MessagesAboutItems
        from g40flow.use_cases.messages_about_mail import MessagesAboutMail
        from g40flow.use_cases.messages_about_outcomes import MessagesAboutOutcomes
        from g40flow.use_cases.messages_about_sources import MessagesAboutSources
        from g40flow.use_cases.preferences.messages import MessagesOfChoice

        portal_url = self.settings.portal_url.rstrip("/")
        of_dossiers = DossierRenderer(resource("templates"), interactive=self.settings.slack_is_interactive)
        of_outcomes = OutcomeRenderer(resource("templates"), interactive=self.settings.slack_is_interactive)
        of_campaigns = CampaignRenderer(resource("templates"), interactive=self.settings.slack_is_interactive)
        views = DossierViews(desk=self.desk, portal_url=portal_url)
        return Composer(
            [
                MessagesAboutDossiers(views=views, renderer=of_dossiers),
                MessagesAboutCampaigns(views=views, renderer=of_campaigns),
                MessagesAboutOutcomes(views=views, renderer=of_outcomes),
                MessagesAboutHooks(
                    views=views,
                    renderer=HookRenderer(
                        resource("templates"), interactive=self.settings.slack_is_interactive
                    ),
                ),
                MessagesAboutDeadlines(views=views, renderer=DeadlineRenderer(resource("templates"))),
                MessagesAboutDecisions(views=views, renderer=of_dossiers),
                MessagesAboutCalls(views=views, renderer=of_dossiers, links=lambda: self.call_links),
                MessagesAboutItems(
                    network=self.network,
                    calendars=self.calendars,
                    rules=self.notifications,
                    renderer=self.renderer,
                    portal_url=portal_url,
                ),
                MessagesAboutSources(renderer=self.renderer, portal_url=portal_url),
                MessagesAboutDigests(network=self.network, renderer=self.digests, portal_url=portal_url),
                MessagesAboutMail(network=self.network, renderer=self.renderer, portal_url=portal_url),
                MessagesAboutAccess(
                    rules=lambda: self.access,
                    renderer=AccessRenderer(resource("templates")),
                    portal_url=portal_url,
                ),
                MessagesOfChoice(
                    network=self.network,
                    renderer=PreferenceRenderer(resource("templates")),
                    compose=lambda session, message, now: self.composer.compose(session, message, now),
                    may_be_told=views.may_be_told,
                    portal_url=portal_url,
                ),
            ]
        )

    @cached_property
    def unsubscribing(self) -> "Unsubscribing":
        """The links in mails with which people get no more of a kind."""
        from g40flow.use_cases.preferences.unsubscribe import Unsubscribing

        return Unsubscribing(
            network=self.network,
            secret_key=lambda: self.access.secret_key,
            portal_url=self.settings.portal_url.rstrip("/"),
        )

    def deliverer(self) -> "Deliverer":
        """Works off the outbox, once."""
        from g40flow.use_cases.deliver_messages import Deliverer
        from g40flow.use_cases.preferences.courtesy import Courtesy

        return Deliverer(
            database=self.database,
            transports=self.transports,
            composer=self.composer,
            network=self.network,
            rules=self.notifications,
            clock=self.now,
            holder=self.new_holder(),
            courtesy=Courtesy(calendars=self.calendars),
            footing=self.unsubscribing.footing_of,
        )


def build_app(environment: Mapping[str, str] | None = None) -> App:
    """The program as configured. environment: None means that of this process.

    Raises ConfigError that names the file, line and key, or the variable.
    """
    settings = settings_from(os.environ if environment is None else environment)
    mail_server(settings)  # raises for what is half set
    folder = _config_dir(settings)
    network = load_network(folder)
    return App(
        settings=settings,
        config_dir=folder,
        network=network,
        notifications=load_notifications(folder, network),
        sources_config=load_sources(folder),
    )


def _png_of(svg: str) -> bytes:
    """A picture of a message as PNG."""
    from g40flow.render.pictures import png

    return png(svg)


def _debat_direct(config: DebatDirectConfig | None) -> "DebatDirect | None":
    from g40flow.sources.tweedekamer.debat_direct import DebatDirect

    if config is None:
        return None
    return DebatDirect(search=str(config.base_url).rstrip("/"), site=str(config.site_url).rstrip("/"))


def _journals(config: OfficieleBekendmakingenConfig, base_url: str) -> "Source":
    from g40flow.sources.officielebekendmakingen import OfficieleBekendmakingen, Query
    from g40flow.sources.officielebekendmakingen.addresses import SITE, Addresses

    site = SITE if config.rss_url is None else str(config.rss_url).rstrip("/")
    return OfficieleBekendmakingen(
        addresses=Addresses(
            search=base_url, site=site, has_feeds=config.rss_url is not None, is_sorted=config.sorted
        ),
        queries=[
            Query(
                name=query.name,
                cql=query.cql,
                expected_per_week=query.expected_per_week,
                ministry=query.ministry,
                topics=tuple(query.topics),
                groups=tuple(query.groups),
            )
            for query in config.queries
        ],
        search_every=timedelta(hours=config.search_every_hours),
        begin_days_ago=config.begin_days_ago,
    )


def _feeds(name: str, config: FeedSourceConfig, base_url: str) -> "Source":
    from g40flow.sources.feeds import Feed, Feeds

    return Feeds(
        name=name,
        base_url=base_url,
        label=config.label,
        link_hosts=config.link_hosts,
        feeds=[
            Feed(
                name=feed.name,
                path=feed.path,
                ministry=feed.ministry,
                topics=tuple(feed.topics),
                groups=tuple(feed.groups),
                expected_minimum=feed.expected_minimum,
            )
            for feed in config.feeds
        ],
    )


def _odata(app: App, name: str, config: ODataConfig | None) -> "ODataService | None":
    from g40flow.sources.tweedekamer.odata import ODataService
    from g40flow.storage.coverage import first_look_at

    if config is None:
        return None

    def followed_since() -> datetime | None:
        with app.database.reading() as session:
            return first_look_at(session, name)

    return ODataService(
        base_url=str(config.base_url),
        entity_set=config.entity_set,
        fields=config.fields,
        changes={str(category): fields for category, fields in config.changes.items()},
        followed_since=followed_since,
    )


def _open_overheid(base_url: str, config: OpenOverheidConfig) -> "Source":
    from g40flow.sources.openoverheid import OpenOverheid, Wanted

    wanted = Wanted(bodies=config.bodies, categories=config.categories, kinds=config.kinds)
    begin = timedelta(days=config.begin_days_ago)
    return OpenOverheid(
        base_url=base_url, wanted=wanted, expected_minimum=config.expected_minimum, begin=begin
    )


def _have_your_say(base_url: str, config: HaveYourSayConfig) -> "Source":
    from g40flow.sources.haveyoursay import HaveYourSay, Names

    names = Names(acts=config.act_types, topics=config.topics, groups=tuple(config.groups))
    return HaveYourSay(
        base_url=base_url,
        names=names,
        expected_minimum=config.expected_minimum,
        most_open=config.most_open,
    )


def _calendar_of_laws(app: App, config: WetgevingskalenderConfig) -> "Source":
    from g40flow.sources.wetgevingskalender import Wetgevingskalender
    from g40flow.storage.items import chains_since

    def followed() -> set[str]:
        with app.database.reading() as session:
            named = chains_since(session, app.now() - FICHES_OF_THE_LAST)
        return named | {str(number) for number in config.keten_ids}

    return Wetgevingskalender(base_url=app.base_url("wetgevingskalender"), followed=followed)


def _config_dir(settings: Settings) -> Path:
    if settings.config_dir is not None:
        if not settings.config_dir.is_dir():
            raise ConfigError(f"G40FLOW_CONFIG_DIR: expected a folder, found none at {settings.config_dir}")
        return settings.config_dir
    here = Path("config")
    return here if (here / "network.yaml").is_file() else resource("config")
