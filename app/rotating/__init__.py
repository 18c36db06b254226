"""How is a secret replaced by a new one without anything being refused, and where does that stand?"""
