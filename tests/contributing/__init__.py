"""The recipes of CONTRIBUTING.md: walked in a copy of the tree, where failing tests name each missing place."""
