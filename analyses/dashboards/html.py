"""The parts of a latent's page, as HTML and SVG. No model, no torch."""

from __future__ import annotations

import html
from collections.abc import Callable

from analyses.dashboards.result import Latent, Result, Shown, Token
from lab.pages.number_format import signed

STYLE = """<style>
.lt-list{list-style:none;padding:0;margin:0}
.lt-list li{padding:.55rem 0;border-top:1px solid var(--rule,#ccc)}
.lt-text{font-family:var(--mono,monospace);font-size:.84rem;line-height:1.75;overflow-wrap:anywhere;white-space:pre-wrap;margin:0}
.lt-text mark{color:inherit;padding:.12em 0;border-radius:.15em;background:color-mix(in srgb,var(--tk-done,currentColor) calc(var(--a)*1%),transparent)}
.lt-text mark.lt-top{text-decoration:underline;text-decoration-thickness:2px;text-underline-offset:.2em;font-weight:600}
.lt-meta{font-size:.8rem;color:var(--ink-soft,#666);margin:.1rem 0 0}
.lt-chart{display:block;width:100%;max-width:40rem;height:auto;color:var(--ink-soft,#666)}
.lt-chart text{fill:currentColor;font-size:12px;font-family:var(--sans,sans-serif)}
.lt-chart rect{fill:var(--tk-done,currentColor)}
.lt-two{display:grid;grid-template-columns:repeat(auto-fit,minmax(15rem,1fr));gap:0 2rem}
.lt-two table,.lt-index{border-collapse:collapse;width:100%;font-size:.9rem}
.lt-two caption{text-align:left;font-weight:600;caption-side:top;padding:.3rem 0;color:inherit}
.lt-two td,.lt-index td,.lt-index th{padding:.3rem .8rem .3rem 0;border-top:1px solid var(--rule,#ccc);text-align:left;vertical-align:baseline}
.lt-two td:last-child,.lt-number{text-align:right!important;font-variant-numeric:tabular-nums;white-space:nowrap}
.lt-two code{white-space:pre}
.lt-find{display:block;margin:0 0 .8rem}
.lt-find input{display:block;width:100%;max-width:26rem;margin-top:.25rem;padding:.5rem .7rem;font:inherit;color:inherit;background:var(--raised,#f4f4f4);border:1px solid var(--ink-soft,#666);border-radius:.3rem}
.lt-scroll{overflow-x:auto}
</style>"""

FILTER = """<script>
(function () {
  var box = document.getElementById("lt-find");
  var said = document.getElementById("lt-said");
  var rows = Array.from(document.querySelectorAll(".lt-index tbody tr"));
  box.addEventListener("input", function () {
    var words = box.value.toLowerCase().split(/\\s+/).filter(Boolean);
    var left = 0;
    rows.forEach(function (row) {
      var text = row.textContent.toLowerCase();
      row.hidden = !words.every(function (word) { return text.includes(word); });
      left += row.hidden ? 0 : 1;
    });
    said.textContent = left + " of " + rows.length + " latents";
  });
})();
</script>"""

SOURCES = {
    "speeches": "speeches, CC0",
    "novel": "novel, CC0",
    "jargon": "dictionary of jargon, public domain",
    "satire": "satirical dictionary, public domain",
    "calendar": "calendar sentences, written for this log",
    "own": "the model’s own words",
    "own, opened": "the model’s own words",
    "sentence": "written for this log",
}
END = "<|endoftext|>"  # stands between two texts
WIDE, HIGH, FOOT, LEFT = 640, 190, 34, 44  # of the histogram, in its own units


def contexts(each: Latent) -> str:
    """The strongest contexts, tokens shaded by activation."""
    items = "\n".join(_context(shown, each.largest) for shown in each.contexts)
    return f'<ol class="lt-list">\n{items}\n</ol>' if items else ""


def histogram(each: Latent) -> str:
    """Activations above zero on natural text: bars, and the same numbers as a table."""
    most = max(each.counts) or 1
    step = (WIDE - LEFT) / len(each.counts)
    bars = "".join(
        f'<rect x="{LEFT + place * step + 0.5:.1f}" y="{HIGH - FOOT - height:.1f}" '
        f'width="{step - 1:.1f}" height="{height:.1f}"/>'
        for place, count in enumerate(each.counts)
        for height in [(HIGH - FOOT - 14) * count / most]
        if count
    )
    ticks = "".join(
        f'<text x="{LEFT + (WIDE - LEFT) * share:.0f}" y="{HIGH - FOOT + 16}" '
        f'text-anchor="{anchor}">{each.edges[-1] * share:.1f}</text>'
        for share, anchor in ((0, "start"), (0.5, "middle"), (1, "end"))
    )
    told = (
        f"Histogram of {each.fired:,} activations above zero, up to {each.largest:.1f}. "
        f"The fullest bar holds {most:,}."
    )
    rows = "".join(
        f'<tr><td>{low:.2f} to {high:.2f}</td><td class="lt-number">{count:,}</td></tr>'
        for low, high, count in zip(each.edges, each.edges[1:], each.counts, strict=False)
    )
    return (
        f'<svg class="lt-chart" viewBox="0 0 {WIDE} {HIGH}" role="img" aria-label="{told}">'
        f'<line x1="{LEFT}" x2="{WIDE}" y1="{HIGH - FOOT}" y2="{HIGH - FOOT}" stroke="currentColor"/>'
        f'{bars}{ticks}<text x="{LEFT - 6}" y="24" text-anchor="end">{most:,}</text>'
        f'<text x="{LEFT - 6}" y="{HIGH - FOOT}" text-anchor="end">0</text>'
        f'<text x="{(WIDE + LEFT) / 2:.0f}" y="{HIGH - 3}" text-anchor="middle">activation</text></svg>\n'
        f"<details><summary>As numbers</summary><table><thead><tr><th>Activation</th>"
        f'<th class="lt-number">Tokens</th></tr></thead><tbody>{rows}</tbody></table></details>'
    )


def logits(each: Latent) -> str:
    """The tokens whose logits are raised and lowered most."""
    return (
        f'<div class="lt-two">{_tokens("Raised most", each.top)}'
        f"{_tokens('Lowered most', each.bottom)}</div>"
    )


def search(result: Result, title: Callable[[str], str]) -> str:
    """A table of all latents that narrows down while one types."""
    rows = "\n".join(
        f'<tr><td><a href="{each.latent}.html">{each.latent}</a></td><td>{title(each.kind)}</td>'
        f"<td>{_strong(each)}</td>"
        f'<td class="lt-number">{each.rate:.2%}</td></tr>'
        for each in result.shown
    )
    count = len(result.shown)
    return (
        '<label class="lt-find">Search by number, kind or token'
        '<input id="lt-find" type="search" autocomplete="off"></label>\n'
        f'<p id="lt-said" class="lt-meta" role="status">{count} of {count} latents</p>\n'
        '<div class="lt-scroll"><table class="lt-index"><thead><tr><th>Latent</th>'
        "<th>Chosen for</th><th>Fires most on</th>"
        f'<th class="lt-number">Of tokens</th></tr></thead><tbody>\n{rows}\n</tbody></table></div>\n'
        f"{FILTER}"
    )


def _context(shown: Shown, largest: float) -> str:
    bound = max(largest, *shown.activations, 1e-9)
    text = "".join(
        _token(token, value, bound, place == shown.strongest)
        for place, (token, value) in enumerate(zip(shown.tokens, shown.activations, strict=True))
    )
    value = shown.activations[shown.strongest]
    token = safe(shown.tokens[shown.strongest].strip())
    return (
        f'<li><p class="lt-text">{text}</p><p class="lt-meta">{value:.2f} on “{token}” · '
        f"{SOURCES.get(shown.source, safe(shown.source))}</p></li>"
    )


def _token(token: str, value: float, bound: float, top: bool) -> str:
    if value <= 0:
        return safe(token)
    share = round(6 + 54 * value / bound)  # at most 60% of the colour: text stays readable on it
    mark = ' class="lt-top"' if top else ""
    return f'<mark{mark} style="--a:{share}" title="{value:.2f}">{safe(token)}</mark>'


def _tokens(caption: str, tokens: list[Token]) -> str:
    rows = "".join(
        f"<tr><td><code>{safe(each.text)}</code></td><td>{signed(each.logit, 2)}</td></tr>"
        for each in tokens
    )
    return f"<table><caption>{caption}</caption><tbody>{rows}</tbody></table>"


def _strong(each: Latent) -> str:
    tokens = [shown.tokens[shown.strongest].strip() for shown in each.contexts]
    return ", ".join(safe(token) for token in dict.fromkeys(tokens) if token)


def safe(text: str) -> str:
    """Text for HTML; braces too, which Quarto would read as a shortcode."""
    return html.escape(text.replace(END, " ∎ ")).replace("{", "&#123;")
