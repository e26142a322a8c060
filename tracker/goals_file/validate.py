"""The sense of a goals.yml whose types are right: the project, its seasons, its days."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tracker.goals.model import Project, Season
from tracker.goals_file.problems import (
    WHICH,
    Slips,
    check_days,
    checked_id,
    checked_title,
    note_repeated_ids,
)
from tracker.goals_file.validate_goal import goal
from tracker.goals_file.validate_habit import breaks, habit
from tracker.text.names import nearest

if TYPE_CHECKING:
    from tracker.goals_file.schema import ProjectForm, SeasonForm
    from tracker.text.yaml_lines import KeyPath

LATEST_DAY_END = 6 * 60  # later, and a morning's check-in would land on yesterday
LONGEST_SEASON = 20 * 366  # days; longer is a slip in a year
PAGES = frozenset({"index", "archive", "reviews"})  # of progress/, beside those of the seasons


def build(form: ProjectForm, slips: Slips) -> Project:
    """The project of a form whose types are right; what has no sense in it is noted."""
    seasons = [
        _season(item, ("seasons", index), slips) for index, item in enumerate(form.seasons or [])
    ]
    note_repeated_ids([season.id for season in seasons], ("seasons",), slips)
    _check_overlaps(seasons, slips)
    return Project(
        timezone=_zone(form.timezone, slips),
        day_ends=_day_ends(form.day_ends, slips),
        seasons=tuple(sorted(seasons, key=lambda season: season.starts)),
    )


def _season(form: SeasonForm, path: KeyPath, slips: Slips) -> Season:
    identity = checked_id(form.id, path, slips)
    if identity.casefold() in PAGES:
        text = f"a season cannot be called {identity}: its page has that name."
        slips.note((*path, "id"), text)
    _check_days(form, path, slips)
    season = form if slips.clear((*path, "starts"), (*path, "ends")) else None
    rests = breaks(form.breaks, path, season, slips)
    goals = [
        goal(item, (*path, "goals", i), season, slips) for i, item in enumerate(form.goals or [])
    ]
    note_repeated_ids([one.id for one in goals], (*path, "goals"), slips)
    # Where one goal's id is in doubt, any name that a habit serves may be that goal's.
    places: list[KeyPath] = [(*path, "goals", i, "id") for i in range(len(goals))]
    known = slips.clear((*path, "goals", WHICH), *places)
    ids = [one.id for one in goals] if known else None
    habits = [
        habit(item, (*path, "habits", i), season, ids, slips)
        for i, item in enumerate(form.habits or [])
    ]
    note_repeated_ids([one.id for one in habits], (*path, "habits"), slips)
    if rests:
        habits = [one._replace(breaks=(*rests, *one.breaks)) for one in habits]
    return Season(
        id=identity,
        title=identity if form.title is None else checked_title(form.title, path, slips),
        starts=form.starts,
        ends=form.ends,
        goals=tuple(goals),
        habits=tuple(habits),
        breaks=rests,
    )


def _check_days(form: SeasonForm, path: KeyPath, slips: Slips) -> None:
    check_days(form.starts, form.ends, path, "season", slips)
    length = (form.ends - form.starts).days
    if length > LONGEST_SEASON and slips.clear((*path, "starts"), (*path, "ends")):
        text = f"{form.ends} makes a season of {length + 1} days. Check the year."
        slips.note((*path, "ends"), text)


def _check_overlaps(seasons: list[Season], slips: Slips) -> None:
    """Note each season that begins before the one before it has ended."""
    known = [
        index
        for index in range(len(seasons))
        if slips.clear(("seasons", index, "starts"), ("seasons", index, "ends"))
    ]
    before: Season | None = None
    for index in sorted(known, key=lambda index: seasons[index].starts):
        season = seasons[index]
        if before is None or before.ends < season.starts:
            before = season
            continue
        slips.note(
            ("seasons", index, "starts"),
            f'"{season.id}" starts on {season.starts}, while "{before.id}" runs until '
            f"{before.ends}. A day belongs to one season: move one of them.",
        )
        before = None  # either of the two may be wrong; neither says anything of the next


def _zone(name: str, slips: Slips) -> str:
    import zoneinfo

    if not slips.clear(("timezone",)):
        return name
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        known = zoneinfo.available_timezones()
        if not known:
            hint = "This machine has no time zone data: pip install tzdata."
        else:
            guess = nearest(name, known)
            hint = f'Did you mean "{guess}"?' if guess else "Write it like Europe/London or UTC."
        slips.note(("timezone",), f'"{name}" is no time zone. {hint}')
    return name


def _day_ends(raw: str | int, slips: Slips) -> int:
    # YAML reads an unquoted 3:00 as 180, which is the number of minutes meant.
    match = re.fullmatch(r"(\d{1,2}):([0-5]\d)", raw) if isinstance(raw, str) else None
    # A bare 3 would be three minutes, which nobody means; it is said what to write.
    minutes = raw if isinstance(raw, int) and not 0 < raw <= LATEST_DAY_END // 60 else -1
    if match:
        minutes = int(match[1]) * 60 + int(match[2])
    if not 0 <= minutes <= LATEST_DAY_END:
        slips.note(("day_ends",), f'"{raw}" is no end of a day. Use "00:00" to "06:00".')
    return minutes
