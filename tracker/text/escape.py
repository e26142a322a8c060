"""Other people's text made safe: for HTML, Markdown, YAML and the terminal."""

from __future__ import annotations

import json
import re

# Beyond HTML's own four: braces would start a shortcode, a backtick could end a raw block.
_HTML = {
    ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord('"'): "&quot;", ord("'"): "&#39;",
    ord("{"): "&#123;", ord("}"): "&#125;", ord("`"): "&#96;",
}  # fmt: skip
# Angle brackets as entities: right even where a title is put into HTML without Markdown.
_MARKDOWN = {ord(mark): "\\" + mark for mark in "\\`*_{}[]#|~^$@!"} | {
    ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;",
}  # fmt: skip
# Characters that turn the direction of the text after them.
_DIRECTION = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c")
# Line ends that only Unicode knows (YAML breaks the line there too), and what YAML never takes.
_BREAKS = frozenset("\u2028\u2029")
_REFUSED = frozenset("\ufeff\ufffe\uffff")
# Controls that JSON itself would leave bare; a terminal takes U+009B for the start of a code.
_BARE = "[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]"
_CONTROL = _DIRECTION | _BREAKS | _REFUSED


def one_line(text: str) -> str:
    """The text on one line, without control characters or direction overrides."""
    if text.isascii() and text.isprintable():  # nearly all there is, and quickly told
        return " ".join(text.split())
    spaced = (" " if mark.isspace() else mark for mark in text)
    clean = "".join(mark for mark in spaced if not _is_control(mark))
    return " ".join(clean.split())


def html(text: str) -> str:
    """Text for an element or an attribute inside a raw HTML block."""
    return one_line(text).translate(_HTML)


def markdown(text: str) -> str:
    """Text for a paragraph, heading or link: nothing in it is markup any more."""
    return one_line(text).translate(_MARKDOWN)


def yaml(text: str) -> str:
    """A double-quoted YAML scalar (JSON's strings are YAML's)."""
    return json.dumps(one_line(text), ensure_ascii=False)


def json_text(value: object, indent: int | None = None) -> str:
    """JSON that is safe to print and to read over; it reads back as what it was."""
    return json_guarded(json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent))


def json_guarded(text: str) -> str:
    """JSON with no control character left bare: it has an escape for every one."""
    if text.isascii() and "\x7f" not in text:  # nearly all there is, and quickly told
        return text
    return re.sub(_BARE, lambda match: f"\\u{ord(match[0]):04x}", text)


def as_utf8(text: str) -> str:
    """Text that came in as bytes, read as UTF-8 whatever the locale; all other text as it is.

    Python keeps each byte that the locale does not know as half of a surrogate pair, which no
    database and no file takes. ValueError names the first byte that is not UTF-8.
    """
    if not any(0xD800 <= ord(mark) < 0xE000 for mark in text):
        return text
    try:
        return text.encode("utf-8", "surrogateescape").decode()
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode("utf-8", "replace")
        what = f"the byte {error.object[error.start]:#04x}"
    except UnicodeEncodeError as error:
        before = text[: error.start]
        what = f"the character {ord(text[error.start]):#06x}"
    where = f' after "{terminal(before[-20:])}"' if before else ""
    raise ValueError(f"{what}{where} is not UTF-8. Write it in UTF-8.")


def terminal(text: str) -> str:
    """Text for a terminal: escape codes are shown, not obeyed."""
    return "".join(_shown(mark) if _is_control(mark) else mark for mark in text)


def terminal_lines(text: str) -> str:
    """Text of several lines made safe for a terminal, its line ends kept."""
    return "\n".join(terminal(line) for line in text.splitlines())


def _is_control(mark: str) -> bool:
    code = ord(mark)
    return code < 32 or 127 <= code < 160 or mark in _CONTROL or 0xD800 <= code < 0xE000


def _shown(mark: str) -> str:
    if mark in _BREAKS:
        return "⏎"
    return {"\n": "⏎", "\t": " "}.get(mark, f"\\x{ord(mark):02x}")
