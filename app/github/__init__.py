"""The border to GitHub: the only package that sends requests to it."""
