"""How long each recorded result took to compute, beside what its entry may take.

Reads the provenance of every recorded result; computes nothing. To measure again on this machine,
with nothing else running: `lab reproduce STUDY`, which prints its time.

Exits with 1 where a result took longer than its limit.
"""

from __future__ import annotations

import sys

from rich.console import Console
from rich.table import Table

from lab.results import record
from lab.results.study import Project

LIMIT = 300.0  # seconds on two cores: five minutes an entry
LIMITS = {"steering": 600.0}  # twelve concepts, seven layers, eleven doses: ten


def main() -> None:
    """Print the table."""
    table = Table("result", "seconds", "limit", "commit", "machine")
    late = False
    for study in Project.here().recorded_studies():
        for name in study.recorded_params:
            found = record.load(study, name).provenance
            seconds, limit = float(found["seconds"]), LIMITS.get(study.name, LIMIT)
            late |= seconds > limit
            table.add_row(
                f"{study.name}/{name}",
                f"{seconds:.0f}" + (" too long" if seconds > limit else ""),
                f"{limit:.0f}",
                str(found["commit"])[:9],
                str(found["machine"]),
            )
    Console().print(table)
    sys.exit(late)


if __name__ == "__main__":
    main()
