"""The parts that pages are made of. Each has an accessible name, can be reached by keyboard and shows its focus."""
