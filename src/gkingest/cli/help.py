"""Help pages in the language of the run: 80 columns, a Chinese character taking two, nothing cut short."""

import re
from collections.abc import Iterator
from typing import Any

from gkingest.language import language, said

_LEFT = 26  # columns of names; longer ones stand on a line of their own
_COLUMNS = 79
# What a value is to a person, behind the names that Typer has for its types.
_KINDS = {"str": "TEXT", "path": "PATH", "file": "PATH", "int": "N", "float": "N", "int range": "N"}
_KINDS |= {"float range": "N", "integer range": "N", "text": "TEXT", "integer": "N"}
_KINDS_ZH = {"TEXT": "文字", "PATH": "路径", "N": "数"}
LANGUAGE_OPTION = ("-l, --lang, --language <zh|en>", "Language of all that is said: zh or en.")


def help_page(command: Any, ctx: Any) -> str:
    """The help page of a command or of the group of all."""
    from gkingest.render import wrapped

    usage = re.sub(r"[{}]", "", " ".join(command.collect_usage_pieces(ctx))).replace("...", "…")
    usage = in_words(re.sub(r"\[OPTIONS\]|COMMAND|\[ARGS\]", lambda word: said(word[0]), usage))
    colon = "：" if language() == "zh" else ": "
    lines = [f"{said('Usage')}{colon}{ctx.command_path} {usage}", ""]
    for paragraph in _paragraphs(command):
        lines += [f"  {line}" for line in wrapped(paragraph, _COLUMNS - 2)] + [""]
    rows: dict[str, list[str]] = {"Arguments": [], "Options": [], "Commands": []}
    for param in command.get_params(ctx):
        if param.name == "help":
            rows["Options"] += _row(LANGUAGE_OPTION[0], _told(LANGUAGE_OPTION[1]))
        if record := param.get_help_record(ctx):
            title = f"{param.param_type_name.capitalize()}s"
            # The kind of its value is said in no word that only programmers know.
            named = re.sub(r"<([A-Za-z ]+)>", _kind, re.sub(r"<list\[([^\]]*)\]>", r"<\1>", record[0]))
            rows[title] += _row(in_words(_told(named)), _told(record[1]))
    for name, one in getattr(command, "commands", {}).items():
        rows["Commands"] += _row(name, _paragraphs(one)[0], 12)
    for title, some in rows.items():
        lines += [f"{said(title)}{colon.rstrip()}", *some, ""] if some else []
    return "\n".join(lines).rstrip()


def _paragraphs(command: Any) -> list[str]:
    """What a command says of itself, in the language of the run."""
    return [said(" ".join(told.split())) for told in (command.help or "").split("\n\n")]


def in_words(text: str) -> str:
    """Text with the names of arguments in the language of the run: ORGAN and 机关."""
    return re.sub(r"(?<![\w-])[A-Z]+(?:_[A-Z]+)*(?![\w-])", lambda name: said(name[0]), text)


def _told(text: str) -> str:
    """One side of a row."""
    told, bracket, more = text.rpartition("  [")
    if not bracket:
        return said(text)
    # What Typer adds in brackets: whether it is required, the default, the bounds.
    parts = [part for part in more.removesuffix("]").split("; ") if "<=" not in part]
    parts = [part.replace("env var: ", "environment: ") for part in parts]
    parts = [said(re.sub(r"x>=(\S+)", r"at least \1", part)) for part in parts]
    return f"{said(told)} [{said('; ').join(parts)}]" if parts else f"{said(told)} "


def _kind(found: re.Match[str]) -> str:
    kind = _KINDS.get(found[1].lower(), "")
    kind = _KINDS_ZH.get(kind, kind) if language() == "zh" else kind
    return f"<{kind}>" if kind else ""


def _row(left: str, right: str, width: int = _LEFT) -> Iterator[str]:
    from gkingest.render import text_width, wrapped

    left = left.rstrip()
    beside = wrapped(right, _COLUMNS - width - 4)
    if text_width(left) > width:
        yield f"  {left}"
    else:
        yield f"  {left}{' ' * (width - text_width(left))}  {beside.pop(0) if beside else ''}".rstrip()
    yield from (" " * (width + 4) + line for line in beside)
