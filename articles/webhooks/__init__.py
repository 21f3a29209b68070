"""Addresses elsewhere that are told what the desk did.

``looking`` finds acts that are not told yet and writes deliveries, ``bodies`` says what is in them, ``sending`` signs and
sends them until they arrive, ``managing`` is what admins do.
"""
