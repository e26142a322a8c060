"""Where a number comes from: weights, commit, seed, device, versions, time."""

from __future__ import annotations

import html
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lab.fingerprint import libraries
from lab.fingerprint.definitions import code_of
from lab.fingerprint.project_modules import module_file


def collect(
    *,
    module: str,
    model: str,
    weights_sha256: str,
    device: str,
    dtype: str,
    seed: int,
    seconds: float,
    now: datetime,
    root: Path,
) -> dict[str, Any]:
    """Everything that provenance records of a run of `module`, for example analyses.ioi.run.

    `seconds` is the study's wall time, loading apart; `now` must carry its time zone.
    """
    code = code_of(module, ("run",), root)
    every = [file for name in code.texts if (file := module_file(name, root))]
    files = [file for file in every if file.is_relative_to(root)]  # the lab may be installed apart
    commit, dirty = revision(root, files)
    return {
        "model": model,
        "weights_sha256": weights_sha256,
        "commit": commit,
        "dirty": dirty,
        "seed": seed,
        "device": device,
        "dtype": dtype,
        "seconds": round(seconds, 1),
        "machine": machine(),
        "threads": threads(),
        "versions": libraries.versions(code.libraries),
        "created": now.astimezone(UTC).isoformat(timespec="seconds"),
    }


def revision(root: Path, files: list[Path]) -> tuple[str | None, bool | None]:
    """The commit, and whether any of the files differs from it; None without git."""
    try:
        commit = _git(root, "rev-parse", "HEAD")
        return commit, bool(_git(root, "status", "--porcelain", "--", *map(str, files)))
    except (OSError, subprocess.SubprocessError):
        return None, None


def machine() -> str:
    """The processor and how many cores; never whose machine it is."""
    model = platform.processor() or platform.machine()
    listing = Path("/proc/cpuinfo")
    if listing.is_file():
        lines = listing.read_text(encoding="utf-8", errors="replace").splitlines()
        named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
        model = next(named, model)
    return f"{model}, {os.cpu_count()} cores"


def threads() -> int | None:
    """How many threads shared each sum; None where no tensor was made.

    In single precision the last digits depend on it, and what is trained or drawn along sums with
    them.
    """
    torch = sys.modules.get("torch")
    return None if torch is None else int(torch.get_num_threads())


def fold(provenance: dict[str, Any], excluded: str = "") -> str:
    """Markdown for the page: a closed callout that says how its numbers were computed."""
    commit = (provenance["commit"] or "no git history")[:10]
    rows = {
        "Weights": f"{provenance['model']}, sha256 `{provenance['weights_sha256'][:16]}…`"
        if provenance["weights_sha256"]
        else "none: no model is read",
        "Code": f"commit `{commit}`"
        + (", with changes not yet committed" * bool(provenance["dirty"])),
        "Seed": str(provenance["seed"]),
        "Device": f"{_device(provenance)}; {provenance['machine']}{_threads(provenance)}",
        "Time": f"{provenance['seconds']:.0f} s, recorded {provenance['created'][:10]}",
        "Versions": ", ".join(
            f"{name} {number}" for name, number in provenance["versions"].items()
        ),
    }
    if excluded:
        rows["Excluded"] = excluded
    table = "\n".join(f"| {name} | {text} |" for name, text in rows.items())
    return (
        '\n::: {.callout-note collapse="true" title="How this was computed"}\n'
        f"| | |\n|:--|:----------|\n{table}\n:::\n"
    )


def origin(provenance: dict[str, Any], fingerprint: str, stale: bool) -> str:
    """Markdown to stand under a figure: one closed line that says how it was computed.

    The full table is `fold`; `provenance.json`, which the ledger writes beside the page, has it
    all for machines.
    """
    commit = (provenance.get("commit") or "no git history")[:10]
    facts = [
        f"{provenance['model']} (sha256 {provenance['weights_sha256'][:12]}…)"
        if provenance["weights_sha256"]
        else "no model",
        f"code at {commit}" + (", changed since it was committed" * bool(provenance.get("dirty"))),
        f"seed {provenance.get('seed')}",
        _device(provenance),
        f"{provenance.get('seconds', 0):.0f} s on {provenance.get('created', '')[:10]}",
        f"fingerprint {fingerprint[:12]}…" + (", stale" * stale),
    ]
    told = html.escape("; ".join(facts)).replace("{", "&#123;").replace("`", "&#96;")
    return (
        "\n```{=html}\n"
        '<details class="lg-origin"><summary>How was this computed?</summary>'
        f'<p>{told}. <a href="provenance.json">As data</a></p></details>\n'
        "```\n"
    )


def _device(provenance: dict[str, Any]) -> str:
    """Where it ran and in which type of number; a study without a model has no type."""
    known = (provenance.get("device"), provenance.get("dtype"))
    return ", ".join(str(each) for each in known if each)


def _threads(provenance: dict[str, Any]) -> str:
    """Said where it was recorded: older results do not know."""
    count = provenance.get("threads")
    return f", {count} thread{'s' * (count != 1)}" if count else ""


def _git(root: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(root), *words], capture_output=True, text=True, check=True, timeout=10
    )
    return done.stdout.strip()
