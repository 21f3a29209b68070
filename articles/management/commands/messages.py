"""`desk messages`: what the desk says, collected into the catalogue of each language, and the catalogues compiled.

For developers: it needs Babel, which only the longer list of packages has. docs in CONTRIBUTING.md.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.core.management.base import BaseCommand, CommandError
from django.template import engines
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.utils import translation

ROOMS = ("articles", "newsdesk")
# How many of a call's arguments are msgids, and whether a context stands before them.
CALLS = {
    "_": (1, False), "gettext": (1, False), "gettext_lazy": (1, False), "N_": (1, False), "Said": (1, False),
    "ngettext": (2, False), "ngettext_lazy": (2, False), "NN_": (2, False),
    "pgettext": (1, True), "pgettext_lazy": (1, True), "npgettext": (2, True),
}  # fmt: skip
IN_TAG = re.compile(r"""_\(("[^"{}]+"|'[^'{}]+')\)""")  # a constant in a variable or a tag
Message = tuple[str, tuple[str, ...]]  # context or "", and one msgid or two


class Command(BaseCommand):
    help = "Collect what the desk says into locale/, and compile the catalogues. What has no translation yet is listed."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            import babel  # noqa: F401
        except ImportError:
            raise CommandError("This needs Babel. Call it as: python3 desk messages") from None
        messages = found(Path(settings.BASE_DIR))
        missing = 0
        for path in catalogues():
            catalogue = updated(path, messages)
            path.write_bytes(written(catalogue))
            path.with_suffix(".mo").write_bytes(compiled(path))
            left = [message.id for message in catalogue if message.id and not all(_strings(message))]
            missing += len(left)
            for msgid in left:
                self.stdout.write(f"{path.parent.parent.name}: {msgid}")
        self.stdout.write(f"{len(messages)} messages, {missing} not translated.")


def catalogues() -> list[Path]:
    """The text of each language's catalogue."""
    return sorted(path for folder in settings.LOCALE_PATHS for path in Path(folder).glob("*/LC_MESSAGES/django.po"))


def found(root: Path) -> dict[Message, list[str]]:
    """Everything that the desk says, each with the files that say it, in their order."""
    messages: dict[Message, set[str]] = {}
    for room in ROOMS:
        for path in sorted((root / room).rglob("*.py")):
            for message in in_python(path.read_text(encoding="utf-8")):
                messages.setdefault(message, set()).add(path.relative_to(root).as_posix())
    for path in sorted(path for path in (root / "templates").rglob("*") if path.suffix in (".html", ".txt")):
        for message in in_template(path.relative_to(root / "templates").as_posix()):
            messages.setdefault(message, set()).add(path.relative_to(root).as_posix())
    for name in model_names():
        messages.setdefault(("", (name,)), set()).add("articles/models")
    return {message: sorted(files) for message, files in sorted(messages.items(), key=lambda item: (sorted(item[1]), item[0]))}


def in_python(source: str) -> Iterator[Message]:
    """What a module says: the calls that translate or mark a text that stands there."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
            count, has_context = CALLS[node.func.id]
            texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
            context = texts.pop(0) if has_context and texts else ""
            if len(texts) >= count and all(texts[:count]):
                yield context, tuple(texts[:count])


def in_template(name: str) -> Iterator[Message]:
    """What a template says, as its own tags will look it up."""
    template = engines["django"].get_template(name).template
    nodes = template.nodelist
    for node in nodes.get_nodes_by_type(TranslateNode):
        text = node.filter_expression.var.literal
        if text:  # else a variable's value, which is marked where it comes from
            yield _context(node), (str(text).replace("%", "%%"),)
    for node in nodes.get_nodes_by_type(BlockTranslateNode):
        one = node.render_token_list(node.singular)[0]
        many = (node.render_token_list(node.plural)[0],) if node.plural else ()
        yield _context(node), (one, *many)
    for text in IN_TAG.findall(template.source):
        yield "", (text[1:-1].replace("%", "%%"),)


def model_names() -> set[str]:
    """What the admin calls the models that it shows, and their fields."""
    names: set[str] = set()
    with translation.override("en"):
        for model in admin.site._registry:
            if model._meta.app_label == "articles":
                names |= {str(model._meta.verbose_name), str(model._meta.verbose_name_plural)}
                for field in model._meta.local_fields:
                    names |= {str(field.verbose_name), str(field.help_text)}
        names.add(str(apps.get_app_config("articles").verbose_name))
    return names - {""}


def _context(node: Any) -> str:
    return str(node.message_context.var) if node.message_context else ""


# --- catalogues -------------------------------------------------------------------------------------------------------
def updated(path: Path, messages: dict[Message, list[str]]) -> Any:
    """The catalogue with exactly these messages; what was translated stays so."""
    from babel.messages.catalog import Catalog

    old = read(path)
    header = path.read_text(encoding="utf-8").partition('msgid ""')[0].rstrip()  # Babel would take out its columns
    new = Catalog(
        locale=old.locale, header_comment=header, project="newsdesk", version=old.version,
        copyright_holder="", creation_date=old.creation_date, revision_date=old.creation_date,
        last_translator=old.last_translator, language_team=old.language_team, msgid_bugs_address=old.msgid_bugs_address, fuzzy=False,
    )  # fmt: skip
    for (context, msgids), files in messages.items():
        before = old.get(msgids[0] if len(msgids) == 1 else msgids, context or None)
        strings = before.string if before else ""
        if len(msgids) == 2 and not isinstance(strings, tuple):
            strings = ("", "")
        if len(msgids) == 1 and isinstance(strings, tuple):
            strings = strings[0]
        kept = [comment for comment in before.user_comments] if before else []
        new.add(
            msgids[0] if len(msgids) == 1 else msgids, strings, [(file, None) for file in files],
            flags=["python-format"] if "%(" in msgids[0] else [], user_comments=kept, context=context or None,
        )  # fmt: skip
    return new


def read(path: Path) -> Any:
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        return read_po(file)


def written(catalogue: Any) -> bytes:
    """The text of a catalogue. Without line numbers, so that it changes only with what is said."""
    from babel.messages.pofile import write_po

    out = BytesIO()
    write_po(out, catalogue, width=120, include_lineno=False)
    return out.getvalue()


def compiled(path: Path) -> bytes:
    """What Django reads of a catalogue."""
    from babel.messages.mofile import write_mo

    out = BytesIO()
    write_mo(out, read(path))
    return out.getvalue()


def _strings(message: Any) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (message.string,)
