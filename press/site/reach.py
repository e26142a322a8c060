"""What a page needs so that a keyboard and a screen reader get everywhere in it."""

from __future__ import annotations

import re

ICON = re.compile(r'(<i class="bi bi-[\w-]+") role="img"')
NAVBAR = re.compile(r'<nav class="navbar (?![^>]*aria-label)')
CONTENTS = re.compile(r'<nav (?=[^>]*role="doc-toc")(?![^>]*aria-label)')
CODE = re.compile(r'<pre class="sourceCode(?=[^>]*>)(?![^>]*tabindex)')


def reachable(text: str) -> str:
    """A page's HTML with its landmarks told apart and its scrolling parts in the tab order.

    An icon stands beside words or in a link with a label, so it is hidden from a reader that
    speaks. Code that is wider than the page scrolls, so the keyboard must be able to enter it.
    """
    text = ICON.sub(r'\1 aria-hidden="true"', text)
    text = NAVBAR.sub('<nav aria-label="Site" class="navbar ', text)
    text = CONTENTS.sub('<nav aria-label="On this page" ', text)
    return CODE.sub('<pre tabindex="0" class="sourceCode', text)
