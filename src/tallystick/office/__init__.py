"""What the web app keeps that is no evidence: who may do what, who is in, who did what, which jobs run.

Beside the ledger, never in it: these rows change and go, and the log's proof has nothing to do with them.
"""
