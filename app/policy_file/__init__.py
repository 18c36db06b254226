"""The policy file: where does it come from, what is in force, and what would another one change?"""
