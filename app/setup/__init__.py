"""The set-up wizard: how do our Apps come into being, and their credentials into files?"""
