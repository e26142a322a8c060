"""Tools around a page's text that its options ask for: its source and folds, and a calmer page."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from press.site.assets import READING

NEEDS_SCRIPT = re.compile(
    r'class="(?:footnote-ref|quarto-xref|citation|code-annotation-anchor|code-tools\b|quarto-reader-toggle)'
)
BAR = re.compile(r'<div class="quarto-navbar-tools">|<div class="sidebar-tools-main">')
SIDEBAR = re.compile(r'<nav\b[^>]*\bid="quarto-sidebar"[^>]*>')
READER = (
    '<a href="" class="quarto-reader-toggle nav-link px-1" title="Toggle reader mode" '
    'aria-label="Toggle reader mode" role="button" aria-pressed="false">'
    '<svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" fill="none" stroke="currentColor">'
    '<path d="M8 3.4C6.6 2.5 4.6 2.3 2 2.5v10c2.6-.2 4.6 0 6 .9 1.4-.9 3.4-1.1 6-.9v-10c-2.6-.2-4.6 0-6 .9v10"/>'
    "</svg></a>"
)


@dataclass(frozen=True)
class CodeTools:
    """What `code-tools` asks for: the page's source, here or at an address, and opening every fold."""

    source: bool
    address: str = ""
    toggle: bool = True
    caption: str = "Code"

    def menu(self, folds: bool) -> str:
        """The button for the title block, or its menu; empty where there is nothing to do."""
        caption = "" if self.caption == "none" else html.escape(self.caption)
        icon = '<i class="bi bi-code-slash" aria-hidden="true"></i>'
        where = f' data-quarto-source-url="{html.escape(self.address)}"' if self.address else ""
        if not (self.toggle and folds):
            button = (
                f'<button type="button" class="btn code-tools-button" id="quarto-code-tools-source"{where}>'
                f"{icon} {caption}</button>"
            )
            return f'<div class="code-tools">{button}</div>' if self.source else ""
        listed = [
            ("quarto-show-all-code", "Show All Code"),
            ("quarto-hide-all-code", "Hide All Code"),
        ]
        entries = "".join(item(name, text) for name, text in listed)
        if self.source:
            entries += '<li><hr class="dropdown-divider"></li>'
            entries += item("quarto-view-source", "View Source", where)
        return (
            '<div class="code-tools dropdown"><button type="button" class="btn code-tools-button dropdown-toggle" '
            f'id="quarto-code-tools-menu" data-bs-toggle="dropdown" aria-expanded="false">{icon} {caption}</button>'
            f'<ul class="dropdown-menu dropdown-menu-end" aria-labelledby="quarto-code-tools-menu">{entries}</ul></div>'
        )

    def dialog(self, text: str) -> str:
        """The source, kept on the page until it is asked for; empty where it is elsewhere."""
        if not self.source or self.address:
            return ""
        return (
            '<dialog id="quarto-embedded-source-code-modal" class="quarto-embedded-source-code" aria-label="Source Code">'
            '<form method="dialog"><strong>Source Code</strong> <button class="btn-close" aria-label="Close"></button></form>'
            f'<pre class="sourceCode" tabindex="0"><code class="sourceCode markdown">{html.escape(text, quote=False)}'
            "</code></pre></dialog>"
        )


def item(name: str, text: str, more: str = "") -> str:
    """One entry of the menu."""
    return f'<li><a id="{name}" class="dropdown-item" href="#" role="button"{more}>{text}</a></li>'


def code_tools(option: Any, repository: str) -> CodeTools | None:
    """What a page's `code-tools` asks for; `repository` is the page's own address in it, or empty."""
    if not option:
        return None
    settings = option if isinstance(option, Mapping) else {}
    source = settings.get("source", True)
    address = repository if source == "repo" else str(source) if isinstance(source, str) else ""
    toggle = settings.get("toggle", True) is not False
    return CodeTools(bool(source), address, toggle, str(settings.get("caption") or "Code"))


def with_tools(markup: str, page: Any, *, reader_mode: bool) -> str:
    """A page's HTML with the toggle of `reader-mode`, and the script where something needs it."""
    if reader_mode and (bar := BAR.search(markup) or SIDEBAR.search(markup)):
        markup = markup[: bar.end()] + READER + markup[bar.end() :]
    if not NEEDS_SCRIPT.search(markup):
        return markup
    off = [
        f' data-{name}="false"'
        for name in ("footnotes-hover", "citations-hover", "crossrefs-hover")
        if page.meta.get(name) is False
    ]
    offset = "../" * len(page.out.parent.parts)
    script = f'<script src="{offset}site_libs/{READING}" defer></script>'
    markup = markup.replace("</head>", script + "</head>", 1)
    return markup.replace("<body", f"<body{''.join(off)}", 1)
