"""A stylesheet without the rules that no page of the site can use."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

COMMENT = re.compile(r"/\*.*?\*/", re.S)
SPACE = re.compile(r"\s+")
CLASS = re.compile(r"\sclass=\"([^\"]*)\"")
BARE_CLASS = re.compile(r"\sclass=([^\s\">]+)")
ID = re.compile(r"\sid=\"([^\"]*)\"")
WORD = re.compile(r"[A-Za-z_][\w-]*")
NEGATED = re.compile(r":(?:not|is|where|has)\((?:[^()]|\([^()]*\))*\)")
NAMED = re.compile(r"[.#]((?:[\w-]|\\.)+)")
BRACKETED = re.compile(r"\[[^\]]*\]")
VARIABLE = re.compile(r"--[\w-]+")
PROPERTY = re.compile(r"(?<=[{;])(--[\w-]+):[^;}]*(;|(?=}))")
USED_VARIABLE = re.compile(r"var\(\s*(--[\w-]+)")


@dataclass(frozen=True)
class Rule:
    """A rule, or an at-rule with rules inside."""

    head: str
    body: str
    rules: tuple[Rule, ...] = ()


def parse(text: str) -> tuple[Rule, ...]:
    """A stylesheet's rules; what has no block, such as an import, has an empty body."""
    text = COMMENT.sub("", text)
    rules: list[Rule] = []
    at = 0
    while at < len(text):
        block = re.compile(r"[^{};]*(\"[^\"]*\"[^{};]*)*").match(text, at)
        stop = block.end() if block else at
        head = text[at:stop].strip()
        if stop >= len(text):
            break
        if text[stop] != "{":
            if head:
                rules.append(Rule(head, ""))
            at = stop + 1
            continue
        end = closing(text, stop)
        inner = text[stop + 1 : end]
        if head.startswith(("@media", "@supports", "@layer", "@container")):
            rules.append(Rule(head, "", parse(inner)))
        else:
            rules.append(Rule(head, inner.strip()))
        at = end + 1
    return tuple(rules)


def closing(text: str, start: int) -> int:
    """The place of the brace that closes the one at `start`; braces in quotes do not count."""
    depth = 0
    for mark in re.compile(r"[{}]|\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'").finditer(text, start):
        depth += {"{": 1, "}": -1}.get(mark[0], 0)
        if depth == 0:
            return mark.start()
    return len(text)


def names(pages: Iterable[str], scripts: Iterable[str]) -> frozenset[str]:
    """Every class and id that pages hold or scripts could give: any word of a script counts."""
    out: set[str] = set()
    for page in pages:
        for found in (*CLASS.findall(page), *BARE_CLASS.findall(page)):
            out.update(found.split())
        out.update(ID.findall(page))
    for script in scripts:
        out.update(WORD.findall(script))
    return frozenset(out)


def usable(selector: str, used: frozenset[str]) -> bool:
    """Whether everything that a selector asks for by name is there."""
    bare = BRACKETED.sub("", NEGATED.sub("", selector))
    return all(name.replace("\\", "") in used for name in NAMED.findall(bare))


def kept(rules: Iterable[Rule], used: frozenset[str]) -> list[Rule]:
    """The rules that can apply."""
    out: list[Rule] = []
    for rule in rules:
        if rule.rules:
            inner = kept(rule.rules, used)
            if inner:
                out.append(Rule(rule.head, "", tuple(inner)))
        elif rule.head.startswith("@") or not rule.body:
            out.append(rule)
        else:
            heads = [part.strip() for part in split(rule.head) if usable(part, used)]
            if heads:
                out.append(Rule(",".join(heads), rule.body))
    return out


def split(head: str) -> list[str]:
    """The selectors of a rule; commas in brackets divide nothing."""
    return re.split(r",(?![^(]*\))(?![^\[]*\])", head)


def written(rules: Iterable[Rule]) -> str:
    """Rules as text, without needless spaces."""
    out: list[str] = []
    for rule in rules:
        head = SPACE.sub(" ", rule.head)
        if rule.rules:
            out.append(f"{head}{{{written(rule.rules)}}}")
        elif rule.body:
            body = re.sub(r"\s*([:;,])\s+", r"\1", SPACE.sub(" ", rule.body)).rstrip("; ")
            out.append(f"{head}{{{body}}}")
        else:
            out.append(f"{head};")
    return "".join(out)


def without_idle(text: str, asked: frozenset[str], spoken: str) -> str:
    """Drop the animations and custom properties that nothing asks for.

    `asked` are the properties that the rest of the site names, `spoken` its other styles and scripts.
    """
    while (smaller := without_properties(text, asked)) != text:
        text = smaller  # what only a dropped property asked for can go too
    for name in set(re.findall(r"@(?:-webkit-)?keyframes ([\w-]+)", text)):
        word = re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])")
        made = len(re.findall(rf"keyframes {re.escape(name)}(?![\w-])", text))
        if len(word.findall(text)) == made and not word.search(spoken):
            text = drop_keyframes(text, name)
    return text


def without_properties(text: str, asked: frozenset[str]) -> str:
    """Drop the custom properties that nobody asks for."""
    wanted = asked | set(USED_VARIABLE.findall(text))
    return PROPERTY.sub(lambda match: match[0] if match[1] in wanted else "", text)


def drop_keyframes(text: str, name: str) -> str:
    """A stylesheet without one animation."""
    found = re.search(rf"@(?:-webkit-)?keyframes {re.escape(name)}\s*\{{", text)
    while found:
        text = text[: found.start()] + text[closing(text, found.end() - 1) + 1 :]
        found = re.search(rf"@(?:-webkit-)?keyframes {re.escape(name)}\s*\{{", text)
    return text


def slim(text: str, used: frozenset[str], asked: frozenset[str], spoken: str) -> str:
    """A stylesheet with the rules that the site can use."""
    return without_idle(written(kept(parse(text), used)), asked, spoken)
