"""Words that may go round, and beginnings in which what the latents write at them is measured.

A beginning ends where the word comes. None is among the sentences the autoencoder was trained on,
nor among the beginnings with which latents are looked up.
"""

from __future__ import annotations

from lab.text import sentences, vocabulary
from lab.text.vocabulary import Category

YEARS = Category("years", "Years", "ordered", tuple(str(year) for year in range(1880, 2000, 10)))
# The same words as the numbers', in beginnings about the time of day.
CLOCK = Category("clock", "Hours on a clock", "cyclic", vocabulary.CATEGORIES["numbers"].words)

# What goes round in the world, then a line, the years, and words without an order.
NAMES = ("days", "months", "seasons", "compass", "hours", "colours", "notes", "numbers", "animals")
CATEGORIES: dict[str, Category] = {
    **{name: vocabulary.CATEGORIES[name] for name in NAMES},
    "clock": CLOCK,
    "years": YEARS,
}
# Which category's latents are looked up where a category's words are another's.
LOOKED_UP_AS = {"clock": "numbers"}

# With these the latents of the years are looked up, as with `sentences.OWN` the others'.
YEARS_FOUND_IN = (
    *sentences.SHARED,
    "The bridge was opened in",
    "The old coin bears the date",
    "The winter was the coldest since",
    "Her parents met in",
    "The company went bankrupt in",
    "The record has stood since",
    "The tower was rebuilt in",
    "The song was a success in",
)

FURTHER: dict[str, tuple[str, ...]] = {
    **sentences.FURTHER,
    "seasons": (
        "The garden looks its best in",
        "The roof was mended late in",
        "They always travel during the",
        "Nothing much happens here in",
        "The lake is at its quietest in",
        "He was born in the",
        "The hotel opens only for the",
        "The birds come back each",
        "It was the longest anyone could remember of any",
        "We shall meet again next",
        "The days grow different in",
        "The second act is set in",
    ),
    "compass": (
        "The village is ten miles to the",
        "The wind has turned and blows from the",
        "From the summit they looked",
        "The road bends sharply",
        "The explorers kept walking",
        "The old gate faces",
        "The army retreated to the",
        "Birds were flying",
        "The caravan is heading",
        "On the map the lake is just",
        "The ship changed course and sailed",
        "The window of my room looks",
    ),
    "hours": (
        "We had agreed to meet at",
        "The shop is shut until",
        "It was nearly",
        "The bells ring at",
        "He had been awake since",
        "The fog lifted before",
        "Everything is quiet around",
        "The last guests left towards",
        "They set out shortly after",
        "The patient felt better by",
        "The lights are switched off at",
        "The letter arrived in the",
    ),
    "colours": (
        "The front of the house is painted",
        "She chose a dress in",
        "The flag has a stripe of",
        "His car used to be",
        "The light above the door turned",
        "The walls of the room were",
        "They dyed the wool",
        "The flowers on the table were",
        "The child wanted the balloon that was",
        "The cover of the book is",
        "For the background he mixed a bright",
        "The team plays in",
    ),
    "notes": (
        "The melody begins on the note",
        "The choir was given a low",
        "The whole piece is written in the key of",
        "The violinist tuned her string to",
        "The chord is built on",
        "The old bell rings a clear",
        "On the piano he pressed the key for",
        "The scale starts on",
        "The horn player missed the high",
        "The second voice enters on",
        "The song ends with a long",
        "The pitch of the whistle is close to",
    ),
    "clock": (
        "The alarm was set for",
        "The shop closes at",
        "Dinner will be served at",
        "She looked at her watch: it was",
        "The last bus leaves at",
        "The film starts at half past",
        "They agreed to meet again at",
        "The church bell struck",
        "He never gets up before",
        "The doctor can see you at",
        "It was a quarter past",
        "The night shift ends at",
    ),
    "years": (
        "The factory was founded in",
        "She had lived there since",
        "The census was taken in",
        "The letter is dated",
        "The old photograph was made in",
        "The law remained in force until",
        "The house burnt down in",
        "His grandfather came to the city in",
        "The treaty was signed in",
        "The first edition appeared in",
        "The harvest failed in",
        "The railway reached the town in",
    ),
}


def beginnings(name: str) -> tuple[str, ...]:
    """The beginnings in which a category is measured: shared ones, then its own."""
    return (*sentences.FURTHER_SHARED, *FURTHER[name])
