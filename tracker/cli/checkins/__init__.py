"""Giving, changing and reading answers: checkin, edit, undo, redo, log."""
