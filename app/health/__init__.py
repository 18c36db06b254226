"""Is Greenroom itself well, and who is told if it is not?"""
