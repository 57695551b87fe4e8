"""The append-only ledger of what was public when: versions, history, releases, and the triggers that guard it."""
