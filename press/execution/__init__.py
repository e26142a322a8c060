"""Pages with their results: frozen ones, stored notebooks, and cells run in a kernel."""
