"""The API against requests made from its own description: no fault of ours, and nothing it does not say."""

import warnings
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from g40flow.bootstrap import build_app
from g40flow.storage import schema as migrations
from g40flow.web.api.application import build_api
from g40flow.web.portal import build_portal
from tests.use_cases.campaigns.world import CampaignWorld
from tests.web.api.asking import API, secret_of
from tests.web.calling import answered, call_in, dossier_in_call
from tests.web.reading import PORTAL
from tests.web.signing_in import ANNA
from tests.web.world import World, build_world, consultation

HOST = PORTAL.removeprefix("http://")
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A dossier with a call that was answered."""
    built = build_world(f"sqlite:///{tmp_path_factory.mktemp('fuzz') / 'g40flow.sqlite'}")
    migrations.upgrade(built.database)
    dossier = dossier_in_call(built, built.publish(consultation("Wet regie woningen")))
    answered(built, call_in(built, dossier), "delft")
    network = CampaignWorld(built.database, now=built.now())
    campaign = network.campaign()
    network.log(campaign, ask_ids=[network.ask(campaign)])
    yield built
    built.database.close()


@pytest.fixture(scope="module")
def secret(world: World) -> str:
    """A token of the PA office that may write."""
    return secret_of(world, ANNA)


@pytest.fixture(scope="module")
def described(world: World) -> Any:
    """What the API says of itself, asked within this process through all that stands around it."""
    return schemathesis.openapi.from_asgi(f"{API}/openapi.json", build_portal(world), headers={"Host": HOST})


OPERATIONS = sorted(
    (path, method)
    for path, methods in build_api(build_app({})).openapi()["paths"].items()
    for method in methods
)


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_whatever_is_asked_is_answered_as_described(
    path: str, method: str, described: Any, secret: str
) -> None:
    headers = {"Authorization": f"Bearer {secret}", "Host": HOST}

    @settings(max_examples=8, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
    @given(described[path][method.upper()].as_strategy())
    def ask(case: Any) -> None:
        case.call_and_validate(headers=headers, checks=CHECKS)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ask()
