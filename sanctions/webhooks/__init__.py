"""Webhooks: the queue of messages about changes, and how they are sent."""
