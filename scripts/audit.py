"""Known vulnerabilities of the locked packages: `python scripts/audit.py [LOCK]`.

Exit code 1 if there is one. Without a network, or with an index that keeps no advisories, nothing can be
known: that is said, and is no failure. A clean answer about the same lock file counts for a day, none for
an hour.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[1]
LOCK, STAMP = REPOSITORY / "requirements.lock", REPOSITORY / ".venv" / ".audited"
CLEAN = "no known vulnerabilities"
CLEAN_COUNTS_FOR_SECONDS, UNKNOWN_COUNTS_FOR_SECONDS = 24 * 3600, 3600
AT_MOST_SECONDS = 120
NO_NETWORK = ("ConnectionError", "ProxyError", "ConnectTimeout", "ReadTimeout", "SSLError", "ServiceError")


@dataclass(frozen=True)
class Verdict:
    """What is known. vulnerable: a line for each; unknown: why nothing, or not everything, was audited."""

    vulnerable: tuple[str, ...] = ()
    unknown: str = ""


def main() -> int:
    """Audit and tell; returns the exit code."""
    lock = Path(sys.argv[1]) if len(sys.argv) > 1 else LOCK
    if lock == LOCK and (earlier := _said_before()):
        print(f"audit: {earlier} (looked a while ago)")
        return 0
    verdict = _ask(lock)
    for line in verdict.vulnerable:
        print(f"audit: VULNERABLE: {line}")
    told = f"NOT AUDITED: {verdict.unknown}" if verdict.unknown else CLEAN
    if verdict.unknown or not verdict.vulnerable:
        print(f"audit: {told}")
    if lock == LOCK and not verdict.vulnerable:
        STAMP.write_text(told, encoding="utf-8")
    return int(bool(verdict.vulnerable))


def _said_before() -> str:
    """What was said about this lock file and still counts; "" if nothing."""
    if not STAMP.exists() or STAMP.stat().st_mtime < LOCK.stat().st_mtime:
        return ""
    said = STAMP.read_text(encoding="utf-8")
    counts_for = CLEAN_COUNTS_FOR_SECONDS if said == CLEAN else UNKNOWN_COUNTS_FOR_SECONDS
    return said if time.time() - STAMP.stat().st_mtime < counts_for else ""


def _ask(lock: Path) -> Verdict:
    command = [
        *(sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "-r", str(lock)),
        *("-f", "json", "--progress-spinner", "off", "--timeout", "5"),
    ]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=AT_MOST_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return Verdict(unknown=f"no answer within {AT_MOST_SECONDS} seconds")
    return verdict_of(done.stdout, done.stderr)


def verdict_of(answer: str, said: str) -> Verdict:
    """What pip-audit's JSON, or its last words in place of it, mean. Raises ValueError for anything else."""
    try:
        packages: Sequence[Mapping[str, Any]] = json.loads(answer)["dependencies"]
    except (ValueError, KeyError, TypeError):
        if any(word in said for word in NO_NETWORK):
            return Verdict(unknown="no network")
        raise ValueError(f"expected an answer of pip-audit, found: {said[-500:]}") from None
    skipped = [package["name"] for package in packages if "skip_reason" in package]
    unknown = ""
    if skipped:
        unknown = f"the index knows no advisories for {len(skipped)} of {len(packages)} packages"
    return Verdict(vulnerable=tuple(_vulnerabilities(packages)), unknown=unknown)


def _vulnerabilities(packages: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for package in packages:
        for found in package.get("vulns", ()):
            fixed = ", ".join(found.get("fix_versions", ())) or "nothing yet"
            yield f"{package['name']} {package['version']}: {found['id']}, mended in {fixed}"


if __name__ == "__main__":
    sys.exit(main())
