"""What is built and installed works without the checkout: templates, configuration, migrations, flows."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with nothing but the unpacked wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    build = "from hatchling.build import build_wheel; print(build_wheel(__import__('sys').argv[1]))"
    subprocess.run([sys.executable, "-c", build, str(folder)], cwd=CHECKOUT, check=True, capture_output=True)
    [wheel] = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def run(installed: Path, folder: Path, *command: str, stdin: str = "") -> str:
    """`g40flow COMMAND` from the wheel, in a folder of its own, without the checkout on the path."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("G40FLOW_")}
    environment["PYTHONPATH"] = str(installed)
    program = (
        "import sys, g40flow; assert g40flow.__file__.startswith(sys.argv[1]); del sys.argv[1]; "
        "from g40flow.cli import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(installed), *command],
        cwd=folder, env=environment, input=stdin, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_folder_can_be_set_up_and_used_from_the_wheel_alone(installed: Path, tmp_path: Path) -> None:
    run(installed, tmp_path, "init")
    run(installed, tmp_path, "db", "upgrade")

    assert (tmp_path / "config" / "network.yaml").is_file()
    assert (tmp_path / "flows" / "main_job.py").is_file()
    assert (tmp_path / "prefect.yaml").is_file()
    assert "geen stukken gevonden" in run(installed, tmp_path, "items")
    assert "internetconsultatie" in run(installed, tmp_path, "sources")


def test_the_router_and_its_model_come_with_the_wheel(installed: Path, tmp_path: Path) -> None:
    line = '{"id": "a", "title": "Wet versterking regie volkshuisvesting"}\n'

    routed = run(installed, tmp_path, "route", "predict", "-", stdin=line)

    assert '"woningmarkt"' in routed


def test_templates_and_the_sandbox_come_with_the_wheel(installed: Path) -> None:
    for part in (
        "g40flow/_data/templates/messages/item_card.jinja",
        "g40flow/_data/templates/web/base.html",
        "g40flow/storage/migrations/versions/0001_create_the_first_tables.py",
        "g40flow/sandbox/world/parliament.yaml",
        "g40flow/sandbox/slack/default_workspace.yaml",
    ):
        assert (installed / part).is_file(), part
