"""How does what is known look on a terminal, and as data for scripts?"""
