"""The web app and the REST API over a ledger: `tallystick serve`.

settings -> service (ledger, office, clock) -> app (guard, routers) -> pages (HTML) and api (JSON), both over jobs/.
"""
