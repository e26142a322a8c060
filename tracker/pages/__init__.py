"""From data to Markdown and SVG: the progress pages, the reports, the public record."""
