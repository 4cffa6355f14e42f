import shutil
from datetime import date
from pathlib import Path

import pytest

from g40flow.bootstrap import build_app
from g40flow.config.settings import settings_from
from g40flow.domain.errors import ConfigError
from g40flow.domain.network import Role
from g40flow.domain.routing import RoutableItem
from g40flow.resources import resource


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped configuration to make mistakes in."""
    shutil.copytree(resource("config"), tmp_path / "config")
    return tmp_path / "config"


def environment(folder: Path) -> dict[str, str]:
    return {"G40FLOW_CONFIG_DIR": str(folder), "G40FLOW_DATABASE_URL": "sqlite://"}


def test_the_shipped_configuration_is_the_g40() -> None:
    network = build_app(environment(resource("config"))).network

    assert (len(network.cities), len(network.theme_groups), len(network.pillars)) == (41, 16, 3)
    names = [city.name for city in network.cities]
    assert names.index("'s-Hertogenbosch") == names.index("Roosendaal") + 1  # sorted without the apostrophe
    for group in network.theme_groups:
        assert network.holders(Role.THEME_GROUP_SECRETARY, group.slug, date(2026, 11, 23))


@pytest.mark.parametrize(
    ("file", "old", "new", "complaint"),
    [
        ("network.yaml", "pillar: fysiek", "pillar: fysik", "woningmarkt.pillar: expected one of"),
        ("network.yaml", "slug: almelo", "slug: alkmaar", "cities: used twice: alkmaar"),
        (
            "people.yaml",
            "scope: woningmarkt",
            "scope: woonmarkt",
            "no such group, pillar, city or partner: woonmarkt",
        ),
        ("people.yaml", "role: pa_officer", "role: pa_oficer", "people.0.roles.0.role"),
        ("notifications.yaml", "    woningmarkt: ", "    woonmarkt: ", "no channel for woningmarkt"),
        ("calendar.yaml", "2027-01-11", "2025-01-11", "lies before from_on"),
        ("calendar.yaml", '"13:00"', '"23:00"', "gather_at must lie between opens and closes"),
        ("sources.yaml", "every_minutes: 60", "every_minutes: 0", "internetconsultatie.every_minutes"),
    ],
)
def test_a_mistake_stops_the_start_with_its_file_and_key(
    folder: Path, file: str, old: str, new: str, complaint: str
) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")

    with pytest.raises(ConfigError) as raised:
        build_app(environment(folder)).calendars  # noqa: B018

    assert complaint in str(raised.value)
    assert file in str(raised.value)


def test_an_unknown_variable_is_refused_with_those_that_exist() -> None:
    with pytest.raises(ConfigError) as raised:
        settings_from({"G40FLOW_SLACK_TOKEN": "xoxb-hidden"})

    assert "G40FLOW_SLACK_TOKEN: unknown variable; known are" in str(raised.value)
    assert "G40FLOW_SLACK_BOT_TOKEN" in str(raised.value)
    assert "hidden" not in str(raised.value)


def test_a_wrong_value_is_refused_without_repeating_it() -> None:
    with pytest.raises(ConfigError) as raised:
        settings_from({"G40FLOW_CLOCK_OFFSET_SECONDS": "xoxb-secret"})

    assert "G40FLOW_CLOCK_OFFSET_SECONDS" in str(raised.value)
    assert "secret" not in str(raised.value)


def test_secrets_do_not_show_when_the_settings_are_printed() -> None:
    settings = settings_from(
        {"G40FLOW_SLACK_BOT_TOKEN": "xoxb-hidden", "G40FLOW_DATABASE_URL": "postgresql://u:hidden@h/d"}
    )

    assert "hidden" not in repr(settings)


def test_another_network_is_other_files_and_no_other_code(folder: Path) -> None:
    (folder / "network.yaml").write_text(
        "name: Voorbeeldnetwerk\nshort_name: VN\npillars: []\n"
        "theme_groups: [{slug: woningmarkt, name: Wonen, short_name: Wonen}]\n"
        "cities: [{slug: utrecht, name: Utrecht}]\n",
        encoding="utf-8",
    )
    (folder / "people.yaml").write_text("people: []\n", encoding="utf-8")
    (folder / "notifications.yaml").write_text(
        "channels: {triage: t, operators: o, groups: {woningmarkt: wonen}}\nat_once: {consultation: ['*']}\n",
        encoding="utf-8",
    )
    for rules in (folder / "routing").glob("[a-z]*.yaml"):
        if rules.stem != "woningmarkt":
            rules.unlink()
    (folder / "routing" / "model.json").unlink()
    (folder / "routing" / "_bodies.yaml").write_text("committees: []\nministries: []\n", encoding="utf-8")

    app = build_app(environment(folder))

    routing = app.router.route(RoutableItem(id="a", title="Wet versterking regie volkshuisvesting"))
    assert [group.slug for group in app.network.theme_groups] == ["woningmarkt"]
    assert routing.groups == ("woningmarkt",)
