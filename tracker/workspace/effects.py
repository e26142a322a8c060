"""The effects of answers while they are given: each habit's past is read from the database once."""

from __future__ import annotations

from datetime import date

from tracker.seasons.effect import Effect
from tracker.seasons.history import History
from tracker.seasons.report import habit_report
from tracker.workspace.season_status import Current, current_season
from tracker.workspace.session import Session


class Effects:
    """A season's habits as the answers of a session move them.

    Attributes:
        report: the season as it stands with every answer that was taken in.
    """

    def __init__(self, session: Session, now: Current) -> None:
        """How things stand before the first answer."""
        self.session, self.report = session, now.report
        names = [item.habit.id for item in now.report.habits]
        self.histories = {name: now.histories.of(name) for name in names}
        self._spans = now.histories.spans

    def take_in(self, habit_id: str, day: date) -> Effect | None:
        """What changed with the answers that the database now holds for a day.

        None for a habit that the season does not have.
        """
        before = next((item for item in self.report.habits if item.habit.id == habit_id), None)
        if before is None:
            return None
        history = self._with_answers_of(habit_id, day)
        self.histories[habit_id] = history
        after = habit_report(history, (*before.before, before.span))
        self.report = self.report._replace(
            habits=tuple(after if item is before else item for item in self.report.habits)
        )
        goals = tuple(item for item in self.report.goals if item.goal.id in after.habit.serves)
        return Effect(day, before, after, goals)

    def _with_answers_of(self, habit_id: str, day: date) -> History:
        """The history with what the database holds from a day on, read anew."""
        history, today = self.histories[habit_id], self.report.today
        if day < history.since:  # before all that was read: what was built on it is not so any more
            marks = self.session.answers_since(habit_id, date.min)
            return History(self._spans[habit_id], marks, today)
        earlier = {when: mark for when, mark in history.marks.items() if when < day}
        marks = earlier | self.session.answers_since(habit_id, day)
        return History(self._spans[habit_id], marks, today, history.base)


def effects_today(session: Session) -> Effects | None:
    """What answers will be measured against; None where goals.yml has no season yet."""
    now = current_season(session)
    return Effects(session, now) if now else None
