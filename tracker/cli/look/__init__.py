"""How things stand: status, week, show, scores."""
