"""An LLM proposes; the text decides. An extra, off by default: what is not in the words is refused."""
