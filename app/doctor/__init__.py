"""Is everything there that an instance needs, and what would put it right?"""
