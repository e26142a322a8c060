"""Text and plain data: made safe, named, read from YAML with its lines, written and read back; pure."""
