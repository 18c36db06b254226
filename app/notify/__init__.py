"""Who is told outside, over which channel, and did it arrive?"""
