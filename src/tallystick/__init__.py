"""Tallystick reads reporting about armed conflict and keeps an auditable ledger of who said how many."""

from tallystick.errors import TallystickError

__version__ = "0.1.0"
__all__ = ["TallystickError", "__version__"]
