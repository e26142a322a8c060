"""Habits: what is asked and how often, the answers, and what they come to; pure."""
