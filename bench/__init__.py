"""How fast it is: a world of any size, what others make of the same tables, and the measuring of both."""
