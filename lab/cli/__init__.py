"""The command `lab`: each command parses, calls and echoes."""
