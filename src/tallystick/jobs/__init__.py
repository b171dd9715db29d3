"""Work over a ledger: adding documents, reconciling, asking, exporting. Each job says what it did and can be run again."""
