"""The resources: one module per noun, each saying which rows, which parameters and what goes beside them."""
