"""The command line. Heavy parts are imported inside the commands, so that --help answers at once.

Exit codes: 0 everything was read, 1 some input could not be read, 2 the command was given wrongly, 3 an evidence
card is whole but has been overtaken.
"""

from __future__ import annotations

import os
import sys

from tallystick.cli import accounts, asking, assisting, cards, demonstration, exchange, ledgers, reading, serving
from tallystick.cli.common import app, complain
from tallystick.errors import TallystickError

__all__ = [
    "accounts",
    "app",
    "asking",
    "assisting",
    "cards",
    "demonstration",
    "exchange",
    "ledgers",
    "main",
    "reading",
    "serving",
]


def main() -> None:
    """Runs the command line; bad input ends with a message and an exit code, never with a traceback."""
    # Read when NumPy is first loaded, here and in every worker: with --jobs each process has a core of its own,
    # and threads of its own would only fight for it.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        app()
    except TallystickError as error:
        complain(error)
        sys.exit(1)
    except BrokenPipeError:
        # The reader (head, less) has what it wants; a second complaint at exit would be noise.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
