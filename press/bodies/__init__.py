"""Each page's Markdown, through pandoc and the Lua filters, as the HTML of its body."""
