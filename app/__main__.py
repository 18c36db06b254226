"""`python -m app` is `greenroom`."""

from app.cli.root import main

main()
