"""Nearest names: for "did you mean" and for the prefixes people type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tracker.errors import TrackerError
from tracker.text.escape import one_line


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known name closest to a mistyped one, or None where nothing is close."""
    from difflib import get_close_matches  # only wanted once something is wrong

    folded = {name.casefold(): name for name in known}
    matches = get_close_matches(word.casefold(), list(folded), n=1, cutoff=0.6)
    return folded[matches[0]] if matches else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The words to end an error with: a guess, else what there is."""
    names = list(known)
    guess = nearest(word, names)
    if guess:
        return f'Did you mean "{guess}"?'
    return f"There is: {', '.join(names)}." if names else "There is none yet."


def resolve_titled(word: str, titles: Mapping[str, str], what: str) -> str:
    """As `resolve`, of things that have titles: a whole title is a name too.

    A part of a title is only guessed at: answers are stored under what is named here.
    """
    folded = word.casefold()
    if folded and not any(name.casefold().startswith(folded) for name in titles):
        whole = [name for name, title in titles.items() if title.casefold() == folded]
        if len(whole) == 1:
            return whole[0]
        for name, title in titles.items():
            if folded in title.casefold():
                guess = f'Did you mean "{name}" ({one_line(title)})?'
                raise TrackerError(f'There is no {what} "{word}". {guess}')
    return resolve(word, list(titles), what)


def resolve(word: str, known: Sequence[str], what: str) -> str:
    """The one id meant: exact, the same in another case, or an unambiguous prefix.

    Raises TrackerError that names the candidates where none or several fit.
    """
    if word in known:
        return word
    folded = word.casefold()
    same = [name for name in known if name.casefold() == folded]
    fitting = same or [name for name in known if folded and name.casefold().startswith(folded)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise TrackerError(
            f'"{word}" fits several {what}s: {", ".join(fitting)}. Write more of it.'
        )
    raise TrackerError(f'There is no {what} "{word}". {did_you_mean(word, known)}')
