"""Scores of every layer on human-annotated data. Nothing here ships in the wheel."""
