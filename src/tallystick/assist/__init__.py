"""Asking a language model for proposals: off unless it is set up, and never more than a proposal.

A model is sent words of documents, and answers with words of documents: what it quotes is looked up, what it says in
its own words is kept in the log and used for nothing. Who asks grounds the answer; this package only asks.
"""
