"""How requests reach the application: no client that is slow, or waits, holds what others need.

The event loop reads bodies, sends answers and holds those who wait; threads work, and nothing else.
"""
