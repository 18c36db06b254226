"""The world as GitHub keeps it, and GitHub's own rules about it. Nothing here speaks JSON or HTTP."""
