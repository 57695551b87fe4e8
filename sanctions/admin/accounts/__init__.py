"""The admin's pages for users, API tokens, two-factor authentication and sign-in lockouts."""
