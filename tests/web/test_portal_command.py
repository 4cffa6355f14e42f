"""`g40flow portal` as a service starts and ends it."""

import signal
import subprocess
import sys
from pathlib import Path

import httpx

from g40flow.standing import free_port
from g40flow.storage import schema
from g40flow.storage.database import Database


def test_the_portal_serves_until_it_is_told_to_stop(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path}/g40flow.sqlite"
    database = Database(address)
    schema.upgrade(database)
    database.close()
    port = free_port(8040)
    environment = {
        "G40FLOW_DATABASE_URL": address,
        "G40FLOW_PORTAL_URL": f"http://127.0.0.1:{port}",
        "G40FLOW_SECRET_KEY": "k" * 32,
    }

    with subprocess.Popen(
        [sys.executable, "-m", "g40flow", "portal", "--port", str(port)],
        env=environment,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as portal:
        try:
            # It connects again, after longer and longer, until the portal is there.
            with httpx.Client(transport=httpx.HTTPTransport(retries=9), trust_env=False) as visitor:
                health = visitor.get(f"http://127.0.0.1:{port}/health/ready")
                page = visitor.get(f"http://127.0.0.1:{port}/", follow_redirects=True)
            portal.send_signal(signal.SIGTERM)
            printed, _ = portal.communicate(timeout=30)
        finally:
            portal.kill()

    assert (health.status_code, page.status_code) == (200, 200)
    assert "Inloggen" in page.text
    assert printed == f"portaal: http://127.0.0.1:{port}\n"
    assert portal.returncode == -signal.SIGTERM  # as uvicorn ends, and as systemd expects
