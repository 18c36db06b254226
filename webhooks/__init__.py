"""From a signed request to the names of what to look at again."""
