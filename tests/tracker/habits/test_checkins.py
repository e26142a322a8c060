from __future__ import annotations

import pytest

from tracker.errors import TrackerError
from tracker.habits.checkins import Mark, Reply, combine, parse_reply
from tracker.habits.model import Habit, Quantity

WRITE = Habit("write", "Write")
RUN = Habit("run", "Run", quantity=Quantity(5.0, "km"))
FEEDS = Habit("feeds", "Feeds", quantity=Quantity(20.0, "minutes", at_most=True))
WALK = Habit("walk", "Walk", quantity=Quantity(None, "km"))


@pytest.mark.parametrize(
    ("text", "habit", "reply"),
    [
        ("y", WRITE, Reply("yes")),
        ("Yes", WRITE, Reply("yes")),
        ("n", WRITE, Reply("no")),
        ("skip # ill", WRITE, Reply("skip", None, "ill")),
        ("# later", WRITE, Reply(None, None, "later")),
        ("", WRITE, Reply(None)),
        ("5.2", RUN, Reply("yes", 5.2)),
        ("5.2 km", RUN, Reply("yes", 5.2)),
        ("3km", RUN, Reply("no", 3.0)),
        ("y @ 3 # uphill", RUN, Reply("yes", 3.0, "uphill")),
        ("n @ 0", RUN, Reply("no", 0.0)),
        ("y", RUN, Reply("yes")),
        ("20", FEEDS, Reply("yes", 20.0)),
        ("21", FEEDS, Reply("no", 21.0)),
        ("0", FEEDS, Reply("yes", 0.0)),
        ("1", WALK, Reply("yes", 1.0)),
        ("0", WALK, Reply("no", 0.0)),
    ],
)
def test_replies(text: str, habit: Habit, reply: Reply) -> None:
    assert parse_reply(text, habit) == reply


@pytest.mark.parametrize(
    ("text", "habit", "message"),
    [
        ("maybe", WRITE, 'write: "maybe" is no answer. Use y, n or s (skip).'),
        ("5", WRITE, 'write: "5" is an amount, and this habit counts none. Use y, n or s (skip).'),
        ("5 miles", RUN, 'run: "5 miles" is no answer. Use y, n, s (skip) or a number (km).'),
        ("-1", RUN, 'run: "-1" cannot be an amount. Use a number from 0 up.'),
        ("nan", RUN, 'run: "nan" is no answer. Use y, n, s (skip) or a number (km).'),
        ("1e400", RUN, 'run: "1e400" is no answer. Use fewer digits.'),
        ("1_0", RUN, 'run: "1_0" is no answer. Write 10.'),
        ("s @ 5", RUN, "run: a skipped day holds no amount. Give one or the other."),
        ("y @", WRITE, None),
    ],
)
def test_replies_that_make_no_sense(text: str, habit: Habit, message: str | None) -> None:
    if message is None:
        assert parse_reply(text, habit) == Reply("yes")
        return
    with pytest.raises(TrackerError) as caught:
        parse_reply(text, habit)
    assert str(caught.value) == message


def test_a_day_of_several_entries() -> None:
    entries = [Mark("yes", 2.0), Mark("no", 1.0), Mark("yes", 0.1)]
    assert combine(entries, "last") == Mark("yes", 0.1)
    assert combine(entries, "sum") == Mark("yes", 3.1)
    assert combine(entries, "max") == Mark("yes", 2.0)
    assert combine(entries, "count") == Mark("yes", 3.0)
    assert combine([*entries, Mark("skip")], "sum") == Mark("skip")


def test_a_decimal_comma_is_shown_its_point() -> None:
    run = Habit("run", "Run", quantity=Quantity(5.0, "km"))
    with pytest.raises(TrackerError, match=r'run: "5,2" is no answer. Write 5.2, with a point.'):
        parse_reply("5,2", run)
    for text in ("1,0,0", "a,b", "5,"):
        with pytest.raises(TrackerError, match="Use y, n, s"):
            parse_reply(text, run)
