from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.tracker.seasons_made import ENDS, STARTS, seasons
from tracker.calendar.days import each_day
from tracker.goals.model import Goal, Project, Season
from tracker.habits.checkins import Mark
from tracker.habits.model import Break, Habit
from tracker.habits.schedule import DAILY, Schedule
from tracker.seasons.amendments import Amendment, changes
from tracker.seasons.effective import project_in_force
from tracker.seasons.promise import promise
from tracker.seasons.record import SeasonRecord
from tracker.seasons.report import season_report

DAY = STARTS + timedelta(20)
THRICE = Schedule("rolling", 3, 7)
ORIGINAL = Season("s", "S", STARTS, ENDS, (Goal("a", "A", 4.0),), (Habit("run", "Run"),))


def frozen(original: Season, *wanted: tuple[date, Season]) -> SeasonRecord:
    record = SeasonRecord(promise(original, "", STARTS, "UTC"))
    for day, season in wanted:
        made = record.unexplained(season, day)
        amendment = Amendment(len(record.amendments) + 1, day, "", "why", made)
        record = record._replace(amendments=(*record.amendments, amendment))
    return record


def in_force(record: SeasonRecord, written: Season, today: date = ENDS) -> Project:
    return project_in_force(Project("UTC", 0, (written,)), {"s": record}, today)


def test_an_easier_schedule_counts_from_its_own_day() -> None:
    eased = ORIGINAL._replace(habits=(Habit("run", "Run", THRICE),))
    spans = in_force(frozen(ORIGINAL, (DAY, eased)), eased).spans("run")
    turn = DAY + timedelta(7)
    assert [(s.habit.schedule, s.first, s.last) for s in spans] == [
        (DAILY, STARTS, turn - timedelta(1)), (THRICE, turn, ENDS),
    ]  # fmt: skip


def test_an_amended_habit_is_one_line_whose_past_stays() -> None:
    eased = ORIGINAL._replace(habits=(Habit("run", "Run", THRICE),))
    record = frozen(ORIGINAL, (DAY, eased))
    project = in_force(record, eased)
    marks = {"run": {day: Mark("yes") for day in each_day(STARTS, DAY) if day.toordinal() % 2}}
    before = season_report(
        Project("UTC", 0, (ORIGINAL,)), ORIGINAL, marks, [], DAY + timedelta(6)
    ).habits[0]
    after = season_report(project, project.seasons[0], marks, [], DAY + timedelta(40)).habits
    assert [report.habit.schedule for report in after] == [THRICE]
    assert len(after[0].days) == 61
    assert after[0].curve[: len(before.curve) - 1] == before.curve[:-1]
    assert after[0].days[:20] == before.days[:20]


def test_an_unexplained_edit_does_not_count_but_a_new_name_and_privacy_do() -> None:
    edited = ORIGINAL._replace(
        goals=(Goal("a", "A", 1.0), Goal("b", "B")),
        habits=(Habit("run", "Jog", THRICE, public=False), Habit("new", "New")),
    )
    season = in_force(frozen(ORIGINAL), edited).seasons[0]
    assert season.goals == ORIGINAL.goals
    assert season.habits == (Habit("run", "Jog", public=False), Habit("new", "New"))


def test_a_dropped_habit_counts_until_its_dropping_does() -> None:
    none = ORIGINAL._replace(habits=())
    spans = in_force(frozen(ORIGINAL, (DAY, none)), none).spans("run")
    assert [(span.first, span.last) for span in spans] == [(STARTS, DAY + timedelta(6))]


def test_a_season_that_is_over_stays_as_it_ended() -> None:
    eased = ORIGINAL._replace(goals=(Goal("a", "A", 2.0),))
    record = frozen(ORIGINAL, (ENDS - timedelta(2), eased))
    assert in_force(record, eased, ENDS + timedelta(90)).seasons[0].goals == ORIGINAL.goals


def test_seasons_never_overlap() -> None:
    following = Season("next", "N", ENDS - timedelta(4), ENDS + timedelta(30))
    written = ORIGINAL._replace(ends=ENDS - timedelta(5))
    project = Project("UTC", 0, (written, following))
    first, second = project_in_force(project, {"s": frozen(ORIGINAL)}, DAY).seasons
    assert first.ends < second.starts


@given(seasons(), seasons(), st.integers(0, 89), st.integers(0, 89))
def test_every_day_has_the_definitions_in_force_on_it(
    original: Season, wanted: Season, amended: int, asked: int
) -> None:
    record = SeasonRecord(promise(original, "", STARTS, "UTC"))
    day = STARTS + timedelta(amended)
    made = Amendment(1, day, "", "why", changes(original, [], wanted, day))
    record = record._replace(amendments=(made,))
    on = STARTS + timedelta(asked)
    project = in_force(record, wanted, on)
    here = {habit.id: (habit.schedule, habit.quantity) for habit in project.habits_on(on)}
    season = record.in_force(on)
    expected = {
        habit.id: (habit.schedule, habit.quantity)
        for habit in Project("UTC", 0, (season,)).habits_on(on)
    }
    assert here == expected


def test_a_lost_season_keeps_its_days() -> None:
    other = Season("other", "O", DAY, ENDS)
    after = Season("after", "A", ENDS + timedelta(1), ENDS + timedelta(9))
    project = Project("UTC", 0, (other, after))
    assert project_in_force(project, {"s": frozen(ORIGINAL)}, DAY).seasons == (ORIGINAL, after)


def test_a_season_break_is_one_change_and_reaches_every_habit_at_once() -> None:
    rest = Break(DAY - timedelta(2), DAY + timedelta(2), "Flu", planned=True)
    run = ORIGINAL.habits[0]
    ill = ORIGINAL._replace(breaks=(rest,), habits=(run._replace(breaks=(rest,)),))
    record = frozen(ORIGINAL, (DAY, ill))
    assert [(c.kind, c.field) for c in record.amendments[0].changes] == [("season", "breaks")]
    season = in_force(record, ill, DAY).seasons[0]
    # Declared on its third day, so it was no plan, whatever goals.yml says.
    assert season.breaks == (rest._replace(planned=False),)
    assert season.habits[0].rests_on(DAY - timedelta(2))


def test_a_break_declared_a_week_ahead_is_a_plan() -> None:
    for ahead, planned in ((7, True), (6, False)):
        rest = Break(DAY + timedelta(ahead), DAY + timedelta(20), planned=True)
        away = ORIGINAL._replace(breaks=(rest,))
        assert (
            in_force(frozen(ORIGINAL, (DAY, away)), away, DAY).seasons[0].breaks[0].planned
            is planned
        )
    promised = ORIGINAL._replace(breaks=(Break(DAY, DAY, planned=True),))
    assert in_force(frozen(promised), promised, DAY).seasons[0].breaks[0].planned


def test_a_break_without_a_reason_on_record_is_none() -> None:
    rest = Break(DAY, DAY)
    edited = ORIGINAL._replace(breaks=(rest,), habits=(Habit("run", "Run", breaks=(rest,)),))
    season = in_force(frozen(ORIGINAL), edited, DAY).seasons[0]
    assert (season.breaks, season.habits[0].breaks) == ((), ())
