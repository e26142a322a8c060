"""The ledger's words and small drawings as HTML; other people's text made safe."""

from __future__ import annotations

from lab.declared.value_at import Reading
from lab.declared.verdict_words import look_of
from lab.ledger.rows import Row

# Beyond HTML's own: braces would start a shortcode, a backtick could end a raw block.
UNSAFE = {
    ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord('"'): "&quot;", ord("'"): "&#39;",
    ord("{"): "&#123;", ord("}"): "&#125;", ord("`"): "&#96;",
}  # fmt: skip

WIDTH, EDGE = 144.0, 6.0  # of a strip, in its own units
HIDDEN = ' aria-hidden="true" focusable="false"'  # the cell says it all in words


def safe(text: str) -> str:
    """Text for an element or an attribute: one line, no markup, no control characters."""
    kept = "".join(mark if mark.isprintable() or mark.isspace() else "" for mark in text)
    return " ".join(kept.split()).translate(UNSAFE)


def link(url: str, text: str) -> str:
    """A link to a web address or a page of the site; plain text for anything else."""
    good = url.startswith(("https://", "http://")) or ":" not in url.partition("/")[0]
    shown = safe(text)
    return f'<a href="{safe(url)}">{shown}</a>' if url and good else shown


def verdict(word: str, href: str = "", count: int | None = None) -> str:
    """A verdict, or how many there are of it, as a badge; its colour only repeats the word."""
    look = f"lg-verdict lg-{look_of(word)}"
    shown = safe(word if count is None else f"{count} {word}")
    if href:
        return f'<a class="{look}" href="{safe(href)}">{shown}</a>'
    return f'<span class="{look}">{shown}</span>'


def number(value: float | None) -> str:
    """A number to three significant digits; a dash for none."""
    if value is None:
        return "—"
    text = f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"
    return text.replace("-", "−")


def claimed(row: Row) -> str:
    """The published number with its tolerance: 9 ± 2, exactly 1, at least 0.9 ± 0.05."""
    if row.claimed is None:
        return "—"
    exact = row.low == row.high == row.claimed
    bound = "exactly " if exact else "" if row.relation == "about" else f"{row.relation} "
    return f"{bound}{row.claimed:g}" + ("" if exact else f" ± {row.tolerance}")


def reading(found: Reading | None) -> str:
    """Our number, its interval and its n, with the word for a number that has none."""
    if found is None:
        return "—"
    if found.low is None or found.high is None:
        return f'<span class="lg-number">{number(found.mean)}</span>'
    interval = f"[{number(found.low)}, {number(found.high)}]"
    return f'<span class="lg-number">{number(found.mean)} {interval}</span>, n = {found.n}'


def chance(found: Reading | None) -> str:
    """What the number would be by chance, which null that was, and p."""
    if found is None or found.chance is None:
        return ""
    null = found.chance
    kind = f", {null.kind}" if null.kind else ""
    return (
        f'<span class="lg-chance">by chance {number(null.mean)} '
        f"[{number(null.low)}, {number(null.high)}]{safe(kind)}; p = {number(null.p)}</span>"
    )


def strip(row: Row) -> str:
    """Ours and its interval, over the claim's tolerance (green) and chance (grey), to one scale."""
    ours = row.ours
    if ours is None or (row.claimed is None and ours.chance is None):
        return ""
    low = ours.mean if ours.low is None else ours.low
    high = ours.mean if ours.high is None else ours.high
    ends = [low, high, *(end for end in (row.low, row.high, row.claimed) if end is not None)]
    if ours.chance is not None:
        ends += [ours.chance.low, ours.chance.high]
    span = (max(ends) - min(ends)) or 1.0
    least = min(ends) if max(ends) > min(ends) else min(ends) - span / 2

    def x(value: float) -> float:
        return round(EDGE + (value - least) / span * (WIDTH - 2 * EDGE), 1)

    parts = [f'<path class="lg-axis" d="M0 10H{WIDTH:g}"/>']
    if ours.chance is not None:
        parts.append(_bar("lg-null", x(ours.chance.low), x(ours.chance.high)))
    if row.claimed is not None:
        left = 0.0 if row.low is None else x(row.low)
        parts.append(_bar("lg-band", left, WIDTH if row.high is None else x(row.high)))
        parts.append(f'<path class="lg-claimed" d="M{x(row.claimed):g} 3V17"/>')
    parts.append(f'<path class="lg-interval" d="M{x(low):g} 10H{x(high):g}"/>')
    parts.append(f'<circle class="lg-ours" cx="{x(ours.mean):g}" cy="10" r="3.5"/>')
    drawn = "".join(parts)
    return f'<svg class="lg-strip" viewBox="0 0 {WIDTH:g} 20"{HIDDEN}>{drawn}</svg>'


def _bar(look: str, left: float, right: float) -> str:
    return f'<rect class="{look}" x="{left:g}" y="3" width="{max(right - left, 2):g}" height="14"/>'
