"""goals.yml: read, checked, and every problem in it told once, by line and key."""
