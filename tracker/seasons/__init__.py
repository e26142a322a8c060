"""Seasons: promised, amended, reported, judged and followed by the next; pure."""
