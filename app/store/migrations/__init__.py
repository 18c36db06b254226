"""How did the database come to its shape? Alembic's environment, and one file per step in `versions`."""
