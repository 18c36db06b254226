"""What people say about cases: who may say it, and how is it written down?"""
