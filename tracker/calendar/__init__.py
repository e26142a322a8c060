"""Days, ISO weeks and time zones, as people count them; pure."""
