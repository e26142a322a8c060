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
    """Replace the shortcodes outside code; `unknown` is told each one's name and text.

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
        if markdown is UNSET:
            plain = split(match["arguments"].strip())[0]
            unset(match["name"], match[0])
            return f"**?{match['name']}:{plain[0] if plain else ''}**"
        return markdown

    lines: list[str] = []
    fence, hidden = "", False  # inside a block of code; inside a comment that goes over lines
    for line in text.split("\n"):
        mark = qmd.FENCE.match(line)
        if fence:
            if qmd.closes(line, fence):
                fence = ""
        elif mark and not hidden:
            fence = mark["ticks"]
        elif "{{<" in line and not hidden:
            line = outside_code(line, replace)
        if not fence:
            hidden = line.rfind("<!--") > line.rfind("-->") or (hidden and "-->" not in line)
        lines.append(line)
    return "\n".join(lines)


def outside_code(line: str, replace: Callable[[re.Match[str]], str]) -> str:
    """Replace the shortcodes of a line where it is not a code span."""
    out, start = "", 0
    for span in CODE_SPAN.finditer(line):
        out += SHORTCODE.sub(replace, line[start : span.start()]) + span[0]
        start = span.end()
    return out + SHORTCODE.sub(replace, line[start:])


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
