"""The word for one of what a unit names in the plural: pages → page, glasses of water → glass of water.

Units are the writer's own words, in any language, so only what is surely an English plural
is changed; anything else stays as it was written.
"""

from __future__ import annotations

IRREGULAR = {"people": "person", "children": "child", "men": "man", "women": "woman",
             "feet": "foot", "lives": "life", "halves": "half", "loaves": "loaf"}  # fmt: skip
# They end like a plural, and are none or have no other form.
UNCHANGED = frozenset({"series", "species", "lens", "news", "always", "yes", "temps", "gens"})
IE = frozenset({"calories", "movies", "cookies", "selfies", "brownies", "smoothies", "zombies"})


def singular(unit: str) -> str:
    """A unit as it is called of one; only its first word can be a plural."""
    word, space, rest = unit.partition(" ")
    return f"{_one(word)}{space}{rest}"


def _one(word: str) -> str:
    small = word.casefold()
    if small in IRREGULAR:
        return IRREGULAR[small]
    if len(word) < 3 or not word.endswith("s") or small.endswith(("ss", "us", "is", "as")):
        return word
    if small in UNCHANGED:
        return word
    if small.endswith("ies") and len(word) > 4 and small not in IE:
        return word[:-3] + "y"
    aches = small.endswith("aches") and not small.endswith(("eaches", "oaches"))
    if small.endswith(("sses", "shes", "xes", "zes")) or (small.endswith("ches") and not aches):
        return word[:-2]
    return word[:-1]
