"""The consolidated list of the European Union: its financial sanctions files (FSF)."""
