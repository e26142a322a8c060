"""goals.yml as it is written: its keys, and the type of each."""

from __future__ import annotations

from datetime import date

import msgspec

Text = str | int | float  # `title: 1984` is meant as text
TEXT_KEYS = frozenset({"id", "title", "serves", "group"})  # whose values are


class QuantityForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A habit's `quantity:` written as a mapping."""

    target: int | float | None = None
    unit: str = ""
    aggregate: str = "last"  # the latest answer of a day stands, as with yes and no


class BreakForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry below `breaks:`, of a season or of a habit."""

    from_: date = msgspec.field(name="from")
    to: date
    why: str | None = None
    planned: bool = False  # a plan is declared a week ahead; nobody is given that for free


class HabitForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry below `habits:`."""

    id: Text
    title: Text
    schedule: str | int | list[str] = "daily"
    quantity: str | int | float | QuantityForm | None = None
    at_most: str | int | float | None = None
    serves: list[Text] | Text | None = None
    if_then: str | None = None
    public: bool = True  # goals.yml is itself public
    starts: date | None = None
    ends: date | None = None
    breaks: list[BreakForm] | None = None
    group: Text | None = None


class MilestoneForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry below a goal's `milestones:`."""

    by: date
    amount: int | float


class GoalForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry below `goals:`."""

    id: Text
    title: Text
    target: int | float = 1  # a goal without a number is done once
    unit: str | None = None
    evidence: str | None = None
    why: str | None = None
    weight: int | float = 1  # every goal counts alike unless said otherwise
    milestones: list[MilestoneForm] | None = None


class SeasonForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry below `seasons:`."""

    id: Text
    starts: date
    ends: date
    title: Text | None = None
    goals: list[GoalForm] | None = None
    habits: list[HabitForm] | None = None
    breaks: list[BreakForm] | None = None


class ProjectForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    timezone: str
    seasons: list[SeasonForm] | None
    day_ends: str | int = "00:00"  # midnight, as the calendar has it
    week_starts: str = "monday"  # as ISO 8601 has it
