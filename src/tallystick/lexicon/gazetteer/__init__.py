"""The place index and the lists it is built from. extract.gazetteer reads it; build.py writes it."""
