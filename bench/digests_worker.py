"""One run of all digests: `python -m bench.digests_worker DATABASE_URL DAYS`.

DAYS: how long ago the last run was. Prints {"digests", "messages", "made_seconds", "rendered_seconds",
"bytes_before"}; the seconds are of the processor, and begin when everything is imported and configuration
is read.
"""

import json
import sys
import time
from dataclasses import replace
from datetime import timedelta

import psutil
from sqlmodel import Session, col, select

from bench.measuring import environment
from g40flow.bootstrap import App, build_app
from g40flow.domain.digest.audiences import AudienceKind
from g40flow.sandbox.world import WORLD_START
from g40flow.storage.digest_tables import DigestRun
from g40flow.storage.digests import KIND
from g40flow.storage.tables import Message
from g40flow.use_cases.digest.make_digests import Digester

AT_ONCE = 200


def main() -> None:
    """Make everything, then compose what was queued."""
    url, days = sys.argv[1], int(sys.argv[2])
    app = build_app(environment(G40FLOW_DATABASE_URL=url, G40FLOW_SLACK_BOT_TOKEN="xoxb-bench"))
    _note_last_runs(app, timedelta(days=days))
    _warm_up(app)
    before = psutil.Process().memory_info().rss
    begin = time.process_time()
    made = _digester(app).make_due(up_to_now=True)
    middle = time.process_time()
    _compose_all(app)
    print(
        json.dumps(
            {
                "digests": made.digests,
                "messages": made.messages,
                "made_seconds": middle - begin,
                "rendered_seconds": time.process_time() - middle,
                "bytes_before": before,
            }
        )
    )


def _note_last_runs(app: App, ago: timedelta) -> None:
    at = WORLD_START - ago
    with app.database.writing() as session:
        for kind in AudienceKind:
            run = DigestRun(
                kind=kind, number=1, since=at, until=at, carries_on_at=at, started_at=at, finished_at=at
            )
            session.add(run)


def _warm_up(app: App) -> None:
    """Configuration, templates and the modules of the database are read once per process."""
    _ = (app.digest_sources, app.composer)


def _digester(app: App) -> Digester:
    return replace(app.digester(), clock=lambda: WORLD_START)


def _compose_all(app: App) -> None:
    last = 0
    while True:
        with app.database.reading() as session:
            some = _messages(session, last)
            for message in some:
                app.composer.compose(session, message, WORLD_START)
                last = message.id or 0
        if not some:
            return


def _messages(session: Session, after: int) -> list[Message]:
    query = select(Message).where(col(Message.kind) == KIND, col(Message.id) > after)
    return list(session.exec(query.order_by(col(Message.id)).limit(AT_ONCE)))


if __name__ == "__main__":
    main()
