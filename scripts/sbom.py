"""The bill of materials of what is installed: `python scripts/sbom.py [LOCK [FILE]]`.

CycloneDX 1.6 from the lock file alone, so that everybody gets the same bytes for the same lock file: no
moment, no machine. Which package of several for different platforms is installed says its marker.
"""

import hashlib
import json
import re
import sys
import tomllib
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[1]
LOCK, SBOM = REPOSITORY / "requirements.lock", REPOSITORY / "sbom.cdx.json"
ENTRY = re.compile(
    r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)(?:\s*;\s*(?P<marker>[^\\\n]+?))?\s*\\?\n"
    r"(?P<hashes>(?:\s+--hash=sha256:[0-9a-f]{64}\s*\\?\n)+)",
    re.MULTILINE,
)
HASH = re.compile(r"sha256:([0-9a-f]{64})")


def bill(lock: str, project: dict[str, Any]) -> dict[str, Any]:
    """The document. project: the table of that name in pyproject.toml."""
    components = sorted(_components(lock), key=lambda one: str(one["bom-ref"]))
    fingerprint = hashlib.sha256(lock.encode()).hexdigest()
    root = f"pkg:pypi/{project['name']}@{project['version']}"
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, fingerprint)}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": root,
                "name": project["name"],
                "version": project["version"],
            }
        },
        "components": components,
        "dependencies": [{"ref": root, "dependsOn": [one["bom-ref"] for one in components]}],
    }


def _components(lock: str) -> Iterator[dict[str, Any]]:
    for entry in ENTRY.finditer(lock):
        reference = f"pkg:pypi/{entry['name'].lower().replace('_', '-')}@{entry['version']}"
        component: dict[str, Any] = {
            "type": "library",
            "bom-ref": reference,
            "name": entry["name"],
            "version": entry["version"],
            "purl": reference,
            # One for each file of the package that may be installed, by platform.
            "hashes": [
                {"alg": "SHA-256", "content": found} for found in sorted(HASH.findall(entry["hashes"]))
            ],
        }
        if entry["marker"]:
            component["properties"] = [{"name": "python:marker", "value": entry["marker"]}]
        yield component


def main() -> None:
    """Write the bill of a lock file."""
    lock = Path(sys.argv[1]) if len(sys.argv) > 1 else LOCK
    target = Path(sys.argv[2]) if len(sys.argv) > 2 else SBOM
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    made = bill(lock.read_text(encoding="utf-8"), project)
    target.write_text(json.dumps(made, indent=2) + "\n", encoding="utf-8")
    print(f"{target.name}: {len(made['components'])} packages")


if __name__ == "__main__":
    main()
