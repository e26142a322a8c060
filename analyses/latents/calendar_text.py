"""Sentences around words that come in cycles and in order, written for this log.

Natural text names a weekday about once in ten thousand tokens; a latent that fires on so few is
never learnt. These sentences are drawn from patterns with slots, and none of them is a context
that a study measures with.
"""

from __future__ import annotations

import random
import re

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
NUMBERS = (
    *("one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)
ORDINALS = (
    *("first", "second", "third", "fourth", "fifth", "sixth"),
    *("seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth"),
)

SLOTS: dict[str, tuple[str, ...]] = {
    "day": DAYS,
    "month": MONTHS,
    "hour": NUMBERS,
    "number": NUMBERS,
    "ordinal": ORDINALS,
    "season": ("spring", "summer", "autumn", "winter", "fall"),
    "compass": (
        "north",
        "northeast",
        "east",
        "southeast",
        "south",
        "southwest",
        "west",
        "northwest",
    ),
    "note": ("A", "B", "C", "D", "E", "F", "G"),
    "colour": ("red", "orange", "yellow", "green", "blue", "purple", "violet", "pink"),
    "part": ("morning", "noon", "afternoon", "evening", "night", "midnight", "dawn", "dusk"),
    "year": tuple(str(year) for year in range(1850, 2025)),
    "date": tuple(str(day) for day in range(1, 29)),
    "minute": ("05", "10", "15", "20", "30", "40", "45", "50"),
    "clock": tuple(str(hour) for hour in range(1, 13)),
    "name": (
        *("Anna", "Peter", "Maria", "Tom", "Leila", "Jack", "Ruth", "Omar", "Grace", "Ivan"),
        *("my sister", "our neighbour", "the mayor", "the captain", "my uncle", "the nurse"),
    ),
    "place": (
        *("Paris", "the library", "the harbour", "Boston", "the village hall", "the museum"),
        *("the station", "Vienna", "the old mill", "the school", "the market", "Cairo"),
    ),
    "thing": (
        *("the concert", "a lecture", "the election", "dinner", "the hearing", "a parade"),
        *("the exam", "choir practice", "the auction", "football training", "the harvest"),
        *("a birthday party", "the deadline", "the ferry", "a storm", "the reunion"),
    ),
    "verb": (
        *("left", "arrived", "got married", "started work", "fell ill", "opened the shop"),
        *("came home", "went fishing", "gave a speech", "cleaned the house", "stopped smoking"),
    ),
}

PATTERNS: tuple[str, ...] = (
    "{Thing} is on {day}, not on {day}.",
    "On {day} {name} {verb}.",
    "{Name} {verb} on {day} {part}.",
    "From {day} to {day} the road to {place} is shut.",
    "See you on {day} at {clock}:{minute}.",
    "If today is {day}, then {thing} was two days ago.",
    "Every {day} and every {day}, {name} visits {place}.",
    "Last {day} was the {ordinal} of {month}.",
    "By {day} everyone in {place} had heard about {thing}.",
    "Opening hours: {day} to {day}, {clock} am to {clock} pm.",
    "It was a wet {day} in {month}, and {name} {verb}.",
    "{Day}s are quiet in {place}, but {day}s are worse.",
    "{Day}, {month} {date}, {year}",
    "The {day} after {thing}, {name} {verb}.",
    "Nobody remembers whether it happened on a {day} or on a {day}.",
    "{Day} {part}: {thing}. {Day} {part}: {thing}.",
    "In {month} {year} {name} {verb}.",
    "{Name} was born on {date} {month} {year}.",
    "Between {month} and {month} it hardly rains in {place}.",
    "{Thing} falls in {month} this year; last year it fell in {month}.",
    "By the end of {month}, {name} had moved to {place}.",
    "{Month} is colder than {month} in {place}.",
    "Sales rose in {month}, fell in {month} and rose again in {month}.",
    "The {ordinal} week of {month} is kept free for {thing}.",
    "{Name} leaves {place} in {month} and comes back in {month}.",
    "Since {month} {year} the price has doubled.",
    "On the {ordinal} of {month}, {name} {verb} at {hour} o'clock.",
    "At {hour} o'clock {name} {verb}; by {hour} {thing} was over.",
    "The clock in {place} struck {hour}.",
    "{Thing} begins at {hour} in the {part}.",
    "They waited from {hour} until {hour}.",
    "The train to {place} leaves at {clock}:{minute}, the next one at {clock}:{minute}.",
    "Every {season} {name} paints the boat.",
    "In the {season} of {year}, {name} {verb}.",
    "{Season} came late, and {season} was short.",
    "The best season for {place} is {season}, though some prefer {season}.",
    "All {season} long the windows stayed open.",
    "The river runs {compass} past {place} and then turns {compass}.",
    "A wind from the {compass} brought rain.",
    "{Place} lies {number} miles {compass} of the border.",
    "Walk {compass} for an hour, then head {compass}.",
    "The {compass} side of the house gets no sun in {month}.",
    "The piece begins on {note} and ends on {note}.",
    "She tuned the string from {note} down to {note}.",
    "Play {note}, then {note}, then {note} again.",
    "The song is in {note} major, the second part in {note} minor.",
    "The door was painted {colour}, the fence {colour}.",
    "{Name} wore a {colour} scarf on {day}.",
    "Mix {colour} with {colour} and look at it in daylight.",
    "The lights turned from {colour} to {colour} before {thing}.",
    "In {year} the population of {place} was smaller than in {year}.",
    "The bridge was begun in {year} and finished in {year}.",
    "{Year} was a good year; {year} was not.",
    "Between {year} and {year}, {name} wrote {number} books.",
    "{Number} of the {number} boats came back.",
    "{Name} bought {number} apples and gave {number} away.",
    "{Name} finished {ordinal}, well before the {ordinal} runner.",
    "It was late {part} when {name} reached {place}.",
    "From {part} to {part}, {name} {verb} and came back.",
)

# The whole cycle in order, as people recite it.
CYCLES = ("day", "month", "hour", "season", "compass", "colour", "note", "ordinal", "part")
LEADS = ("", "In order: ", "The list reads: ", "We sang them: ", "Then ", "They recited ")

_SLOT = re.compile(r"\{(\w+)\}")


def sentences(count: int, seed: int) -> list[str]:
    """That many sentences; one in twelve recites a whole cycle from a random start."""
    dice = random.Random(seed)
    return [_cycle(dice) if dice.randrange(12) == 0 else _filled(dice) for _ in range(count)]


def documents(count: int, per_document: int, seed: int) -> list[str]:
    """Sentences in paragraphs of `per_document`: what stands before a word differs each time."""
    lines = sentences(count * per_document, seed)
    return [
        " ".join(lines[start : start + per_document])
        for start in range(0, len(lines), per_document)
    ]


def _filled(dice: random.Random) -> str:
    def choose(slot: re.Match[str]) -> str:
        word = dice.choice(SLOTS[slot[1].lower()])
        return word[:1].upper() + word[1:] if slot[1][0].isupper() else word

    return _SLOT.sub(choose, dice.choice(PATTERNS))


def _cycle(dice: random.Random) -> str:
    words = SLOTS[dice.choice(CYCLES)]
    start = dice.randrange(len(words))
    turned = [*words[start:], *words[:start]]
    line = dice.choice(LEADS) + ", ".join(turned[: dice.randrange(3, len(turned) + 1)])
    return line[:1].upper() + line[1:] + "."
