"""What is looked at without anybody telling us, and at which pace?"""
