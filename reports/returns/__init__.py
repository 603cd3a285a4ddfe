"""The tearsheet of a series of returns, whoever made it."""
