"""Shortcodes after execution: `meta`, `var`, `env`, `video`, `embed` and others; unknown ones are named."""

from __future__ import annotations

import html
import os
import re
import shlex
from collections.abc import Callable
from typing import Any

from press.hooks import qmd

SHORTCODE = re.compile(
    r"(?<!\{)\{\{<\s+(?P<name>[\w./-]+)(?P<arguments>(?:\s+.*?)??)\s+>\}\}(?!\})"
)
CODE_SPAN = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)|<!--.*?(?:-->|$)")  # and a comment
SHOWN = re.compile(r"\{\{\{<\s+(.*?)\s+>\}\}\}")  # one that a page shows instead of using it
TEXTS = ("meta", "var", "env")  # whose values are texts, so that they may stand in code
UNSET = "\0unset"  # what `make` gives for a value that is nowhere set
YOUTUBE = re.compile(
    r"(?:youtube(?:-nocookie)?\.com/(?:watch\?(?:.*&)?v=|embed/|shorts/)|youtu\.be/)([\w-]+)"
)


def expand(
    text: str,
    options: dict[str, Any],
    variables: dict[str, Any],
    unknown: Callable[[str, str], None],
    embed: Callable[[str, bool, str], str],
    unset: Callable[[str, str], None] = lambda name, text: None,
) -> str:
    """Replace the shortcodes, inside code those of values alone; `unknown` is told each one's name and text.

    `embed` gives the Markdown of cells elsewhere: address, whether with code, the shortcode.
    `unset` is told of a value that is nowhere set; the page says so too, as Quarto's does.
    """

    def replace(match: re.Match[str]) -> str:
        if match["name"] == "embed":
            plain, named = split(match["arguments"].strip())
            return embed(plain[0] if plain else "", named.get("echo") == "true", match[0])
        markdown = make(match["name"], match["arguments"].strip(), options, variables)
        if markdown is None:
            unknown(match["name"], match[0])
            return ""
        if markdown is not UNSET:
            return markdown
        unset(match["name"], match[0])
        in_address = match.string[: match.start()].endswith("](")
        return missing(match) if in_address else f"**{missing(match)}**"

    def replace_in_code(match: re.Match[str]) -> str:
        if match["name"] not in TEXTS:
            return match[0]
        value = make(match["name"], match["arguments"].strip(), options, variables)
        if value is UNSET:
            unset(match["name"], match[0])
            return missing(match)
        return value or ""

    lines: list[str] = []
    hidden = False  # inside a comment that goes over lines
    for block in qmd.blocks(text):
        if block.fence and not hidden:
            kept = "shortcodes=" in block.info and "false" in block.info
            lines += block.lines if kept else [expanded(x, replace_in_code) for x in block.lines]
            continue
        for line in block.lines:
            if "{{<" in line and not hidden:
                line = in_prose(line, replace, replace_in_code)
            hidden = line.rfind("<!--") > line.rfind("-->") or (hidden and "-->" not in line)
            lines.append(line)
    return "\n".join(lines)


def expand_values(value: Any, text: Callable[[str], str]) -> Any:
    """Options whose texts have gone through `text`, however deep they stand."""
    if isinstance(value, str):
        return text(value) if "{{<" in value else value
    if isinstance(value, dict):
        return {key: expand_values(inner, text) for key, inner in value.items()}
    return [expand_values(inner, text) for inner in value] if isinstance(value, list) else value


def missing(match: re.Match[str]) -> str:
    """What stands where a value is nowhere set, as in Quarto."""
    plain = split(match["arguments"].strip())[0]
    return f"?{match['name']}:{plain[0] if plain else ''}"


def expanded(text: str, replace: Callable[[re.Match[str]], str]) -> str:
    """A text with its shortcodes replaced, and without the third brace of those that are shown."""
    return SHOWN.sub(r"{{< \1 >}}", SHORTCODE.sub(replace, text))


def in_prose(
    line: str,
    replace: Callable[[re.Match[str]], str],
    replace_in_code: Callable[[re.Match[str]], str],
) -> str:
    """A line with its shortcodes replaced: in code spans by values alone, in comments not at all."""
    out, start = "", 0
    for span in CODE_SPAN.finditer(line):
        out += expanded(line[start : span.start()], replace)
        out += span[0] if span[0].startswith("<!--") else expanded(span[0], replace_in_code)
        start = span.end()
    return out + expanded(line[start:], replace)


def split(arguments: str) -> tuple[list[str], dict[str, str]]:
    """The plain and the `key=value` arguments, quoted as in a shell."""
    try:
        words = shlex.split(arguments)
    except ValueError:
        words = arguments.split()
    named = dict(word.split("=", 1) for word in words if re.match(r"[\w-]+=", word))
    return [word for word in words if not re.match(r"[\w-]+=", word)], named


def make(
    name: str, arguments: str, options: dict[str, Any], variables: dict[str, Any]
) -> str | None:
    """The Markdown of one shortcode; None for one that the press does not know."""
    plain, named = split(arguments)
    first = plain[0] if plain else ""
    if name in ("meta", "var"):
        value = look_up(options if name == "meta" else variables, first)
        return UNSET if value is None else shown(value)
    if name == "env":
        return os.environ.get(first, plain[1] if len(plain) > 1 else UNSET)
    if name == "pagebreak":
        return '`<div style="break-after: page;"></div>`{=html}'
    if name == "kbd":
        return f"`<kbd>{html.escape(first or next(iter(named.values()), ''))}</kbd>`{{=html}}"
    if name == "video":
        return f"`{video(first or named.get('src', ''), named)}`{{=html}}"
    return None


def look_up(options: dict[str, Any], dotted: str) -> Any:
    """A value by its dotted key; None where there is none."""
    value: Any = options
    for part in re.split(r"(?<!\\)\.", dotted):
        value = value.get(part.replace("\\.", ".")) if isinstance(value, dict) else None
    return value


def shown(value: Any) -> str:
    """A value as the page shows it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ", ".join(shown(item) for item in value)
    return str(value)


def video(source: str, named: dict[str, str]) -> str:
    """A player: a file in a `<video>`, an address of a known host in a frame."""
    title = html.escape(named.get("title", ""))
    size = "".join(
        f' {key}="{html.escape(named[key])}"' for key in ("width", "height") if named.get(key)
    )
    ratio = "" if size else f" ratio ratio-{html.escape(named.get('aspect-ratio', '16x9'))}"
    youtube = YOUTUBE.search(source)
    vimeo = re.search(r"vimeo\.com/(?:video/)?(\d+)", source)
    start = named.get("start", "")
    if youtube or vimeo:
        address = f"https://www.youtube-nocookie.com/embed/{youtube[1]}" if youtube else ""
        if vimeo:
            address = f"https://player.vimeo.com/video/{vimeo[1]}"
        address += (f"?start={start}" if youtube else f"#t={start}s") if start else ""
        return (
            f'<div class="quarto-video{ratio}"><iframe src="{html.escape(address)}"{size} title="{title}" '
            'loading="lazy" allowfullscreen=""></iframe></div>'
        )
    offset = f"#t={start}" if start else ""
    return (
        f'<div class="quarto-video"><video class="video-js" controls="" preload="metadata"{size} title="{title}">'
        f'<source src="{html.escape(source + offset)}"></video></div>'
    )
