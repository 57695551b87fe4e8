"""The consolidated list of financial sanctions targets in the United Kingdom."""
