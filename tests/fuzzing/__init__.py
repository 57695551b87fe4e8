"""The whole schema asked with whatever it allows and does not allow, against a server with the seeds."""
