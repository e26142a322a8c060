"""An import: whose answers they are, what becomes of each, and what is said of it."""
