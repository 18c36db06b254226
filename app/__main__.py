"""`python -m app` is `greenroom`."""

from app.cli import main

main()
