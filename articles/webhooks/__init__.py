"""Addresses elsewhere that are told what the desk did.

``looking`` finds acts that are not told yet and writes deliveries, ``bodies`` says what is in them, ``signing`` that
they come from here, ``sending`` sends them until they arrive, ``managing`` is what admins do.
"""
