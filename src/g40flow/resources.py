"""Where templates, example configuration and flows are: in a checkout or in an installed wheel."""

from pathlib import Path

PACKAGE = Path(__file__).parent
CHECKOUT = PACKAGE.parent.parent


def resource(name: str) -> Path:
    """Path of "templates", "config", "flows" or "prefect.yaml" as they came with the program."""
    packaged = PACKAGE / "_data" / name
    return packaged if packaged.exists() else CHECKOUT / name
