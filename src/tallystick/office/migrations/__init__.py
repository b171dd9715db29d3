"""How an office's tables came to be what they are, one revision after another; run by office.migrating."""
