"""What the desk would probably decide, told by what it decided so far. It suggests and sorts; it never decides.

``features`` and ``bayes`` are pure; ``learning`` reads reviews and writes lessons, ``showing`` puts a suggestion into words.
"""
