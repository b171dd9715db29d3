"""How a ledger's tables came to be what they are, one revision after another; run by ledger.migrating."""
