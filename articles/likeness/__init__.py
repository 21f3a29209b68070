"""Which articles tell the same: by address, by title, and as stories.

``addresses`` and ``titles`` are pure; ``twins`` keeps what they find in tables, ``stories`` reads it.
"""
