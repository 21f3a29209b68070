#!/usr/bin/env python3
"""Django's command line for newsdesk. People use ``python3 desk``, which calls this."""
import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsdesk.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
