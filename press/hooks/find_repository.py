"""Find where the project's source can be read, for the links at the end of an entry.

    project:
      pre-render: press/hooks/find_repository.py

Runs before either engine and leaves what it found in `.press/repository.json`, which
`filters/entry.lua` and `export_notebooks.py` read where `entry-links` says `auto`. The address is that
of the run on a forge's own machines (`GITHUB_SERVER_URL`, `GITHUB_REPOSITORY`), else that of
git's remote `origin` where it leads to GitHub, GitLab or Codeberg. A path on this machine is
never an address, and a name or a token in one is never kept. Without an address there is no
file, and the pages have no links. Needs `qmd.py` beside it and Python's own library (3.9 or newer).
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING or __package__:
    from press.hooks import qmd
else:
    import qmd

KEPT = Path(".press") / "repository.json"
BRANCH = "notebooks"  # where the publishing workflow puts them, and Colab opens them
REMOTE = re.compile(
    r"^(?:(?:https?|ssh|git)://(?:[^@/]*@)?(?P<host>[\w.-]+)(?::\d+)?/|(?:[^@/:]+@)(?P<scp>[\w.-]+):)"
    r"(?P<path>[\w.-]+(?:/[\w.-]+)+)/?$",
    re.ASCII,
)
FORGES = (  # what a host's name says; how it writes the address of a file
    (re.compile(r"^(?:www\.)?github\.com$"), "{0}/blob/HEAD"),
    (re.compile(r"^gitlab\."), "{0}/-/blob/HEAD"),
    (re.compile(r"^codeberg\.org$"), "{0}/src/branch/main"),
)


def from_remote(remote: str) -> str:
    """The web address of a remote, such as `git@github.com:you/log.git`; empty for any other place."""
    parts = REMOTE.match(remote.strip())
    if not parts:
        return ""
    host = (parts.group("host") or parts.group("scp")).lower()
    known = any(forge.match(host) for forge, _ in FORGES)
    return f"https://{host}/{parts.group('path').removesuffix('.git')}" if known else ""


def from_environment(environment: Mapping[str, str]) -> str:
    """The address that a forge gives the programs it runs; empty elsewhere."""
    name = environment.get("GITHUB_REPOSITORY", "").strip("/")
    server = environment.get("GITHUB_SERVER_URL", "https://github.com").rstrip("/")
    return f"{server}/{name}" if re.fullmatch(r"[\w.-]+/[\w.-]+", name) else ""


def origin(root: Path) -> str:
    """What git calls `origin`; empty without git, without a repository, and without a remote."""
    if not (root / ".git").exists():  # one further up holds this folder, but is not its own
        return ""
    try:
        done = subprocess.run(
            ["git", "-C", str(root), "remote", "get-url", "origin"],
            stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", timeout=10, check=False,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def links(address: str) -> dict[str, str]:
    """Where a repository's files, notebooks and copies are: addresses without a `/` at the end."""
    if not address:
        return {}
    server, path = re.sub(r"^https?://", "", address).split("/", 1)
    form = next((form for forge, form in FORGES if forge.match(server.lower())), FORGES[0][1])
    addresses = {"source": form.format(address), "clone": address}
    if server.lower() == "github.com":  # the one forge that Colab opens notebooks of
        addresses["colab"] = f"https://colab.research.google.com/github/{path}/blob/{BRANCH}"
    return addresses


def main() -> int:
    """Run as a pre-render script."""
    root = qmd.project_folder()
    addresses = links(from_environment(os.environ) or from_remote(origin(root)))
    file = root / KEPT
    if addresses:
        qmd.write_whole(file, json.dumps(addresses, indent=1, sort_keys=True) + "\n")
    elif file.exists():
        file.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
