"""What ``desk`` does before anything is installed: nothing here imports more than Python's standard library.

    commands      which words there are, what is checked first, and which program each is handed over to
    environment   the virtual environment that holds what the lock names: made, kept, made again
    pip_wheels    a pip to install with, on machines that have none too
    terminal      sentences on stderr, and exit codes
"""
