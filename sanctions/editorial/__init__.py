"""The editorial rules: who may move a record from draft to the public, and what each move does."""
