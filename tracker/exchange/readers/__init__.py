"""One module for each foreign format: its bytes become records."""
