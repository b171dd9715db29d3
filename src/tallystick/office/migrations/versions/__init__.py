"""Revisions of the tables. One that was released is never changed: what it made lies on somebody's disk."""
