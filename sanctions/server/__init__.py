"""The server process: slow and waiting clients occupy no thread and no database connection.

An event loop reads request bodies, sends responses and holds waiting clients; threads only run Django.
"""
