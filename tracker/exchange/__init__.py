"""Check-ins in and out of other programs' files."""
