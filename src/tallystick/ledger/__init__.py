"""What was recorded, append-only: documents, claims, links and judgements, provably whole."""
