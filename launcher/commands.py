"""The words that follow ``desk``: what is checked before anything is installed, and which program each becomes."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from launcher.environment import environment
from launcher.terminal import WRONG_CALL, fail

ROOT = Path(__file__).resolve().parent.parent
VERSION = "newsdesk 0.1"
HELP = """usage: python3 desk COMMAND

  run [SOURCE]     set everything up and serve the desk; SOURCE is a folder, a zip
                   or tar, or a Git repository. Without it: sample articles.
                   --port N (8000)  --host H (127.0.0.1)  --site NAME  --rev REV
                   --no-input
  test             set everything up, a browser and PostgreSQL included, and run
                   all tests; words that follow go to pytest
  import SOURCE    bring a site's files to the desk   (--site --rev --files --json)
  export DEST      write approved articles to a folder, a .zip, or a Git repository
                   (--site --all --decided --dry-run --branch --push --author
                   --files --json)
  watch            import what the sites' repositories become, again and again
                   (--every SECONDS --once --site)
  work             do what waits in the background; `run` does it beside the desk
                   (--once)
  check SOURCE     read a site's files without storing anything   (--rev --json)
  backup FILE      the whole desk in one .tar or .tar.gz, while it runs   (--json)
  restore FILE     that file into an empty data folder   (--json)
  bench            measure newsdesk beside its peers
  messages         collect what the desk says into locale/, for translators
  manage ...       any command of Django's

The desk's data lives in var/ beside this file, or in DESK_DATA; DATABASE_URL
chooses PostgreSQL. What is installed lies in .desk/, or in DESK_ENV: that folder
may be removed at any time, the next start makes it again.
`python3 desk import --help` and the like say more.
"""
COMMANDS = ("run", "test", "import", "export", "watch", "work", "check", "backup", "restore", "bench", "messages", "manage")
# Django has a "check" of its own, so ours carry the desk's name there.
MANAGED = {"run": "serve", "bench": "bench", "messages": "messages"} | {
    name: f"desk_{name}" for name in ("import", "export", "watch", "work", "check", "backup", "restore")
}
FOR_DEVELOPERS = ("test", "bench", "messages")  # these need the longer list of packages


def main(argv: Sequence[str]) -> int:
    """Do what the words say; the exit code. Where the system can, the process becomes the program that does it."""
    command, rest = (argv[0], list(argv[1:])) if argv else ("", [])
    if command in ("", "help", "-h", "--help"):
        (sys.stdout if command else sys.stderr).write(HELP)
        return 0 if command else WRONG_CALL
    if command == "--version":
        sys.stdout.write(f"{VERSION} (Python {'.'.join(map(str, sys.version_info[:3]))})\n")
        return 0
    if command not in COMMANDS:
        fail(f'There is no command "{command}". These are: {", ".join(COMMANDS)}.', WRONG_CALL)
    if command == "run" and not {"-h", "--help"} & set(rest):
        check_port(option(rest, "--host", "127.0.0.1"), option(rest, "--port", "8000"))
    if command != "test":  # tests keep their data in folders of their own
        check_folders()
    python = environment("test" if command in FOR_DEVELOPERS else "run", ROOT)
    return hand_over([str(python), *program(command), *rest], variables(command))


def program(command: str) -> list[str]:
    """The script that a command is handed over to, with its first word."""
    if command == "test":
        return [str(ROOT / "tests" / "run.py")]
    return [str(ROOT / "manage.py"), *([MANAGED[command]] if command in MANAGED else [])]


def variables(command: str) -> dict[str, str]:
    """The environment variables of that program."""
    chosen = dict(os.environ, DJANGO_SETTINGS_MODULE="newsdesk.settings", PYTHONUTF8="1")
    for name in ("PYTHONPATH", "PYTHONHOME", "__PYVENV_LAUNCHER__"):
        chosen.pop(name, None)  # what lies there must not stand before the locked packages
    if command in ("import", "export", "watch", "work", "check"):
        chosen["DESK_MIGRATE"] = "1"
    return chosen


def hand_over(words: list[str], chosen: dict[str, str]) -> int:
    """Become the program; its exit code is the launcher's."""
    sys.stdout.flush()
    if os.name == "nt":  # there exec gives the prompt back at once
        return subprocess.call(words, env=chosen)
    os.execve(words[0], words, chosen)


# --- before anything is installed ------------------------------------------------------------------------------------
def option(words: Sequence[str], name: str, default: str) -> str:
    """The value of an option, which the program itself will read again; the last one counts."""
    value = default
    for place, word in enumerate(words):
        if word == name and place + 1 < len(words):
            value = words[place + 1]
        elif word.startswith(f"{name}="):
            value = word.partition("=")[2]
    return value


def check_port(host: str, port: str) -> None:
    """Refuse a port that is taken now, rather than after a minute of installing."""
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        fail(f'--port takes a number from 1 to 65535, not "{port}".', WRONG_CALL)
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            if os.name != "nt":  # there the option lets two programs share a port
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host.strip("[]"), int(port)))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            other = int(port) + 1 if int(port) < 65535 else 8000
            fail(
                f"Port {port} on {host} is taken, perhaps by a desk that runs already. Choose another: --port {other}"
            )
        if error.errno == errno.EACCES:
            fail(f"Port {port} on {host} needs an administrator's rights. Choose one above 1023: --port 8000")
        fail(f"The address {host} cannot be used: {error.strerror}. Choose another with --host.")


def check_folders() -> None:
    """Refuse folders that cannot be written to, naming both at once: a read-only checkout has neither."""
    data = Path(os.environ.get("DESK_DATA") or ROOT / "var").expanduser()
    if writable(data):
        return
    sentence = f"The data folder {data} cannot be written to. Set DESK_DATA to a folder that can."
    if not os.environ.get("DESK_ENV") and not writable(ROOT / ".desk"):
        sentence += f" Set DESK_ENV to another one: the packages cannot be installed in {ROOT / '.desk'} either."
    fail(sentence)


def writable(folder: Path) -> bool:
    """Whether files can be made in a folder, which is made when it is missing."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False
