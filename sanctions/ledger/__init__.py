"""The append-only ledger of what was public when: versions, releases, history, and the triggers that protect them."""
