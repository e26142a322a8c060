"""An export: what may leave, as tables or as a calendar."""
