"""One log at work: its session, its files, and the rules that need both disk and goals."""
