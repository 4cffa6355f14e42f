"""The file for the gallery: every sample in every form, with what stands below a mail."""

import json
from typing import Any

import pytest

from g40flow.render.samples.gallery import write_gallery
from tests.render.golden_files import samples


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What stands in a file in a folder that was not there."""
    path = tmp_path_factory.mktemp("gallery") / "new" / "gallery.json"
    write_gallery(path)
    return list(json.loads(path.read_text(encoding="utf-8")))


def test_the_file_has_every_sample_in_every_form(shown: list[dict[str, Any]]) -> None:
    assert [(one["kind"], one["case"]) for one in shown] == [(s.kind, s.case) for s in samples()]
    assert all(one["subject"] and one["text"] and one["html"] and one["blocks"] for one in shown)


def test_only_a_mail_that_may_stop_offers_to_unsubscribe(shown: list[dict[str, Any]]) -> None:
    offers = {one["kind"]: "Afmelden voor dit soort mail" in one["text"] for one in shown}

    assert offers["followed_news"]
    assert not offers["approval_request"]
    assert not offers["item_card"]
