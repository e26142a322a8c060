"""From check-ins to pages: pages, demo, publish."""
