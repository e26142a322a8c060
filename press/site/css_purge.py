"""A light page: only the styles, icons and scripts that the site's own pages can use."""

from __future__ import annotations

import hashlib
import importlib.util
import io
import itertools
import logging
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from press.hooks.qmd import write_whole

BOOTSTRAP = "bootstrap/bootstrap.bundle.min.js"
TOGGLES = "toggles.js"  # what stands in for Bootstrap's script
SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.S)
FOREIGN = re.compile(r'src="(?:https?:)?//')
TOGGLE = re.compile(r'data-bs-toggle="([^"]*)"')
MORE = re.compile(r"data-bs-(?:ride|spy|slide|dismiss)|\bbootstrap\.[A-Z]")
CLASS = re.compile(r"\sclass=(?:\"([^\"]*)\"|([^\s\">]+))")
ID = re.compile(r"\sid=\"([^\"]*)\"")
WORD = re.compile(r"[A-Za-z_][\w-]*")
PROPERTY = re.compile(r"--[\w-]+")
USED_PROPERTY = re.compile(r"var\(\s*(--[\w-]+)")
GLYPH = re.compile(r'content:\s*"\\(f[0-9a-f]{3}) ?"')
UNPRINTED = re.compile(r"[^\x00-\x7f]")  # a sheet says nothing of its encoding, so all is ASCII
FACE = re.compile(r"@font-face\{[^}]*bootstrap-icons[^}]*\}")
TOGGLED = ("collapse", "dropdown", "tab", "pill")
VENDOR = ("bootstrap", "fuse", "mermaid")  # their own words say nothing about the pages
NESTING = ("media", "supports", "layer", "container")  # at-rules that hold rules with selectors


@dataclass(frozen=True)
class Rule:
    """A rule: its selectors or at-rule, and its declarations or the rules inside; None without a block."""

    head: str
    body: tuple[str | Rule, ...] | None = None

    def __str__(self) -> str:
        """Write it without needless spaces."""
        if self.body is None:
            return f"{self.head};"
        separator = "" if self.body and isinstance(self.body[0], Rule) else ";"
        return f"{self.head}{{{separator.join(map(str, self.body))}}}"


def needs_bootstrap(pages: Iterable[str]) -> bool:
    """Whether a page uses more of Bootstrap's script than menus, folds and tabs."""
    return any(
        MORE.search(page) or any(kind not in TOGGLED for kind in TOGGLE.findall(page))
        for page in pages
    )


def lighten(out: Path, pages: list[str], cache: Path, apart: Collection[Path] = ()) -> None:
    """Slim the layout's stylesheets and icons in a site that has been written; not those `apart`."""
    libs = out / "site_libs"
    scripts = [
        file.read_text(encoding="utf-8", errors="replace")
        for file in sorted(out.rglob("*.js"))
        if file.parent.name not in VENDOR or libs not in file.parents
    ]
    for page in pages:
        for attributes, body in SCRIPT.findall(page):
            if FOREIGN.search(attributes):
                return  # what such a script puts on the page cannot be known
            scripts.append(body)
    used = names(pages, set(scripts))
    sheets = {file: sheet_text(file) for file in sorted(out.rglob("*.css"))}
    own_properties = {name for page in pages for name in PROPERTY.findall(page)}
    for file in sheets:
        if libs not in file.parents or file.name == "press.css" or {*file.parents} & {*apart}:
            continue
        spoken = "".join([*scripts, *(text for other, text in sheets.items() if other != file)])
        asked = own_properties | set(PROPERTY.findall(spoken))
        sheets[file] = slim_once(cache, sheets[file], used, asked, set(WORD.findall(spoken)))
        file.write_text(sheets[file], encoding="utf-8", newline="\n")
    subset_icons(libs / "bootstrap-icons", "".join(sheets.values()), cache)


def sheet_text(file: Path) -> str:
    """A stylesheet's text; one that is not UTF-8 is read as Latin-1, as old ones are written."""
    content = file.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def names(pages: Iterable[str], scripts: Iterable[str]) -> set[str]:
    """Every class and id that pages hold or scripts could give: any word of a script counts."""
    used: set[str] = set()
    for page in pages:
        used.update(*(name.split() for pair in CLASS.findall(page) for name in pair))
        used.update(ID.findall(page))
    for script in scripts:
        used.update(WORD.findall(script))
    return used


def slim_once(cache: Path, text: str, used: set[str], asked: set[str], spoken: set[str]) -> str:
    """A slim stylesheet, from the cache where the same was asked of it before."""
    words = {*WORD.findall(text), *PROPERTY.findall(text)}  # what else is said is nothing to it
    parts = [text, Path(__file__).read_text(encoding="utf-8")]
    parts += [" ".join(sorted(words & known)) for known in (used, asked, spoken)]
    parts += [" ".join(sorted(name for name in used if not WORD.fullmatch(name)))]
    file = cache / f"{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()}.css"
    if file.is_file():
        file.touch()
        return file.read_text(encoding="utf-8")
    slimmed = slim(text, used, asked, spoken)
    write_whole(file, slimmed)
    return slimmed


def slim(text: str, used: set[str], asked: set[str], spoken: set[str]) -> str:
    """A stylesheet with the rules, custom properties and animations that the site can use.

    `used` are the classes and ids of its pages, `asked` the properties that the rest of the site
    names, `spoken` every word of its other styles and scripts.
    """
    import tinycss2  # here, since a render that changes no style has no use for it

    parsed = tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)
    rules = usable_rules(parsed, used)
    while (fewer := without_properties(rules, asked)) != rules:
        rules = fewer  # what only a dropped property asked for can go too
    animations = [rule for rule in rules if "keyframes " in rule.head]
    named = spoken | {word for rule in rules if rule not in animations for word in words_of(rule)}
    idle = [rule for rule in animations if rule.head.split()[-1] not in named]
    return "".join(str(rule) for rule in rules if rule not in idle)


def usable_rules(nodes: Iterable[Any], used: set[str]) -> list[Rule]:
    """The rules that can apply to a page with the classes and ids `used`."""
    import tinycss2

    rules: list[Rule] = []
    for node in nodes:
        if node.type == "qualified-rule":
            head = ",".join(
                compact(selector) for selector in split(node.prelude, ",") if usable(selector, used)
            )
        elif node.type == "at-rule":
            head = f"@{node.at_keyword} {compact(node.prelude)}".strip()
        else:  # what cannot be read does nothing in a browser either
            continue
        if node.content is None:
            rules.append(Rule(head))
        elif node.type == "at-rule" and node.lower_at_keyword in NESTING:
            inner = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
            body = tuple(usable_rules(inner, used))
            rules += [Rule(head, body)] if body else []
        elif head:
            declarations = (compact(part) for part in split(node.content, ";"))
            rules.append(Rule(head, tuple(filter(None, declarations))))
    return rules


def usable(selector: list[Any], used: set[str]) -> bool:
    """Whether every class and id that a selector asks for is there; `:not()` and its like ask nothing."""
    wanted = [token.value for token in selector if token.type == "hash"]
    wanted += [
        token.value
        for dot, token in itertools.pairwise(selector)
        if dot == "." and token.type == "ident"
    ]
    return used.issuperset(wanted)


def split(tokens: list[Any], mark: str) -> list[list[Any]]:
    """The tokens between the marks; marks inside brackets and functions divide nothing."""
    parts: list[list[Any]] = [[]]
    for token in tokens:
        if token == mark:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def compact(tokens: list[Any]) -> str:
    """Tokens as text, without comments and needless spaces."""
    parts = []
    for token in tokens:
        if token.type == "whitespace":
            parts.append(" ")
        elif token.type == "{} block":
            parts.append(f"{{{compact(token.content)}}}")
        elif token.type != "comment":
            parts.append(UNPRINTED.sub(lambda sign: f"\\{ord(sign[0]):x} ", token.serialize()))
    spaced = [""]
    for part, following in itertools.pairwise([*parts, ""]):
        if part != " " or (spaced[-1] not in (":", ",", " ") and following != ","):
            spaced.append(part)
    return "".join(spaced).strip()


def without_properties(rules: list[Rule], asked: set[str]) -> list[Rule]:
    """Rules without the custom properties that nobody asks for."""
    wanted = asked | {name for rule in rules for name in USED_PROPERTY.findall(str(rule))}

    def is_wanted(part: str | Rule) -> bool:
        return isinstance(part, Rule) or part[:2] != "--" or part.split(":")[0].strip() in wanted

    def trimmed(rule: Rule) -> Rule:
        if rule.body is None:
            return rule
        parts = filter(is_wanted, rule.body)
        return Rule(rule.head, tuple(trimmed(p) if isinstance(p, Rule) else p for p in parts))

    return [trimmed(rule) for rule in rules]


def words_of(rule: Rule) -> list[str]:
    """Every word of a rule's declarations."""
    return [word for part in rule.body or () for word in WORD.findall(str(part))]


def subset_icons(folder: Path, styles: str, cache: Path) -> None:
    """Leave in the icon font the glyphs that a style names; without fonttools it stays whole."""
    sheet = folder / "bootstrap-icons.min.css"
    fonts = folder / "fonts"
    if not sheet.is_file() or importlib.util.find_spec("fontTools") is None:
        return
    glyphs = sorted({int(code, 16) for code in GLYPH.findall(styles)})
    key = hashlib.sha256(",".join(map(str, glyphs)).encode()).hexdigest()
    cached = cache / f"{key}.woff"
    if not cached.is_file():
        write_whole(cached, subset(fonts / "bootstrap-icons.woff", glyphs))
    cached.touch()
    for file in fonts.iterdir():
        file.unlink()
    (fonts / "bootstrap-icons.woff").write_bytes(cached.read_bytes())
    face = (
        "@font-face{font-display:block;font-family:bootstrap-icons;"
        f'src:url("fonts/bootstrap-icons.woff?{key[:12]}") format("woff")}}'
    )
    text = FACE.sub(lambda _: face, sheet.read_text(encoding="utf-8"))
    sheet.write_text(text, encoding="utf-8", newline="\n")


def subset(font: Path, glyphs: list[int]) -> bytes:
    """A font with these glyphs alone."""
    from fontTools.subset import Options, Subsetter, load_font, save_font  # type: ignore[import-untyped]

    logging.getLogger("fontTools").setLevel(logging.ERROR)
    options = Options(drop_tables=["GSUB", "GPOS", "GDEF"], notdef_outline=True)
    options.flavor = "woff"
    loaded = load_font(str(font), options)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=glyphs)
    subsetter.subset(loaded)
    out = io.BytesIO()
    save_font(loaded, out, options)
    return out.getvalue()
