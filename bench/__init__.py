"""What newsdesk costs, measured: ``python3 desk bench``.

Every figure is the median of several runs; every ratio comes from one run on the same files. Nothing here is a test: a
busy machine must not fail a build.
"""
