"""`python -m lab` is the command `lab`."""

from __future__ import annotations

import sys


def run() -> None:
    """Run the command; what it stands on comes with an extra of its own."""
    try:
        from lab.cli.main import main
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "lab":
            raise
        sys.exit(f"lab: {error.name} is not installed. Run: pip install 'in-season[analyses]'")
    main(prog_name="lab")


if __name__ == "__main__":
    run()
