"""The project and its pages as their author wrote them: options, front matter, cells, shortcodes."""
