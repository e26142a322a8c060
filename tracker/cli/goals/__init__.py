"""What goals are closed by: evidence, claims, entries, reports."""
