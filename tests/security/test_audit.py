"""What is said of the packages we depend on, and the bill of them."""

import json
from pathlib import Path

import pytest

from scripts.audit import verdict_of
from scripts.sbom import LOCK, bill

PROJECT = {"name": "g40flow", "version": "1.0"}
CLEAN = {"name": "httpx", "version": "1.0", "vulns": []}
SKIPPED = {"name": "lxml", "skip_reason": "Dependency not found on PyPI"}
BROKEN = {
    "name": "jinja2",
    "version": "3.0",
    "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["3.1"], "aliases": []}],
}


def answer(*packages: object) -> str:
    return json.dumps({"dependencies": packages, "fixes": []})


def test_a_vulnerability_is_named_with_the_version_that_mends_it() -> None:
    verdict = verdict_of(answer(CLEAN, BROKEN), "Found 1 known vulnerability")

    assert verdict.vulnerable == ("jinja2 3.0: PYSEC-2026-1, mended in 3.1",)
    assert verdict.unknown == ""


def test_without_a_network_nothing_is_known_and_that_is_said() -> None:
    assert verdict_of("", "requests.exceptions.ProxyError: HTTPSConnectionPool").unknown == "no network"


def test_what_the_index_has_no_advisories_for_is_not_called_safe() -> None:
    verdict = verdict_of(answer(CLEAN, SKIPPED), "No known vulnerabilities found")

    assert (verdict.vulnerable, verdict.unknown) == ((), "the index knows no advisories for 1 of 2 packages")


def test_a_vulnerability_counts_also_when_others_could_not_be_audited() -> None:
    assert len(verdict_of(answer(BROKEN, SKIPPED), "").vulnerable) == 1


def test_anything_else_is_a_failure_and_not_an_answer() -> None:
    with pytest.raises(ValueError, match="no such option"):
        verdict_of("", "no such option: --foo")


def test_the_bill_has_every_locked_package_once_with_its_hashes_and_is_the_same_every_time() -> None:
    lock = LOCK.read_text(encoding="utf-8")
    locked = [line.split(" ")[0] for line in lock.splitlines() if "==" in line.split(" ")[0]]

    made = bill(lock, PROJECT)

    assert [f"{one['name']}=={one['version']}" for one in made["components"]] == sorted(locked)
    assert all(one["hashes"] for one in made["components"])
    assert json.dumps(made) == json.dumps(bill(lock, PROJECT))
    assert str(Path.home()) not in json.dumps(made)
