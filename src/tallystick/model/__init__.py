"""The values that the workers hand to one another: frozen dataclasses over the standard library alone."""
