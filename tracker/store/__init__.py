"""SQLite alone: an open database, and a store for each thing asked of it."""
