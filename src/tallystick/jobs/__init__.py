"""Work over a ledger: adding, reconciling, asking, exporting. Each job says what it did and can be run again."""
