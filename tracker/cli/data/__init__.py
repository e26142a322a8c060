"""The database for its owner: backup, restore, import, export, datasette."""
