"""The log that a command works on."""

from __future__ import annotations

from lab.project import make_importable
from lab.results.study import Project


def log_here() -> Project:
    """The log one stands in, its studies ready to import. Raises AnalysisError where there is none."""
    project = Project.here()
    make_importable(project.root)
    return project
