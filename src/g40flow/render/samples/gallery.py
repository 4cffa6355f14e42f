"""All samples as one JSON file, which the gallery of the sandbox shows."""

import json
from dataclasses import replace
from pathlib import Path

from g40flow.domain.items import Json
from g40flow.domain.messages import Footing, Rendered
from g40flow.domain.preferences import TOPICS, Pace, topic_of
from g40flow.render.mail import MailFrame, data_address
from g40flow.render.samples.all_samples import all_samples
from g40flow.render.samples.sample import Sample
from g40flow.resources import resource

PORTAL = "https://portal.example"


def write_gallery(path: Path) -> int:
    """Write every sample in all its forms; returns how many there are.

    A list of {"kind", "case", "subject", "text", "html", "blocks"}: text and html as whole mails.
    """
    frame = MailFrame(resource("templates"))
    shown = [
        {
            "kind": sample.kind,
            "case": sample.case,
            "subject": sample.rendered.summary,
            "text": frame.text(with_footing),
            "html": frame.html_alone(with_footing),
            "blocks": _with_images(sample.rendered, frame),
        }
        for sample in all_samples()
        for with_footing in [replace(sample.rendered, footing=_footing(sample))]
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(shown, ensure_ascii=False, indent=1), encoding="utf-8")
    return len(shown)


def _with_images(rendered: Rendered, frame: MailFrame) -> list[dict[str, Json]]:
    """The blocks, with pictures as addresses of their own in place of files in Slack."""
    images = {picture.cid: data_address(frame.image(picture)) for picture in rendered.pictures}
    blocks = []
    for block in rendered.blocks:
        file = block.get("slack_file")
        cid = file.get("id") if isinstance(file, dict) else None
        if isinstance(cid, str) and cid in images:
            shown = {name: value for name, value in block.items() if name != "slack_file"}
            blocks.append({**shown, "image_url": images[cid]})
        else:
            blocks.append(block)
    return blocks


def _footing(sample: Sample) -> Footing | None:
    """As below a mail to a person; None for what only goes to channels."""
    topic = topic_of(sample.kind)
    if topic is None:
        return None
    may_stop = Pace.OFF in TOPICS[topic].choices
    return Footing(
        topics=(topic.value,),
        unsubscribe_url=f"{PORTAL}/afmelden/12.voorbeeld" if may_stop else "",
        preferences_url=f"{PORTAL}/voorkeuren",
    )
