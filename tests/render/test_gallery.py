"""The file for the gallery: every sample in every form, with what stands below a mail."""

import json
from pathlib import Path

from g40flow.render.samples.all_samples import all_samples
from g40flow.render.samples.gallery import write_gallery


def test_the_file_has_every_sample_in_every_form(tmp_path: Path) -> None:
    path = tmp_path / "new" / "gallery.json"

    count = write_gallery(path)

    shown = json.loads(path.read_text(encoding="utf-8"))
    assert [(one["kind"], one["case"]) for one in shown] == [(s.kind, s.case) for s in all_samples()]
    assert count == len(shown)
    assert all(one["subject"] and one["text"] and one["html"] and one["blocks"] for one in shown)


def test_only_a_mail_that_may_stop_offers_to_unsubscribe(tmp_path: Path) -> None:
    write_gallery(tmp_path / "gallery.json")
    shown = json.loads((tmp_path / "gallery.json").read_text(encoding="utf-8"))

    offers = {one["kind"]: "Afmelden voor dit soort mail" in one["text"] for one in shown}

    assert offers["followed_news"]
    assert not offers["approval_request"]
    assert not offers["item_card"]
