"""What does it cost, and beside whom?"""
