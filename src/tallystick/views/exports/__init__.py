"""Formats that other programs read. Each says what it cannot hold."""
