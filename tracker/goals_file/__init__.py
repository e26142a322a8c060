"""Goals file."""
