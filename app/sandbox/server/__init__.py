"""GitHub's REST routes over a world."""
