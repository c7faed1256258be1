"""The command ``gkingest`` itself; its subcommands are in the other modules, each put together of a few lines.

Heavy libraries are imported where they are used, so that ``gkingest --help`` answers at once.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from functools import partial
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from gkingest.cli.early import choose_language
from gkingest.cli.help import help_page, in_words
from gkingest.errors import UsageError
from gkingest.language import said

_DEFAULT_COMMAND = "ingest"
_Misuse: type[Any] = typer.BadParameter.__base__ or Exception  # click's UsageError, which repeats what was typed


class _Group(TyperGroup):
    """``gkingest corpus/`` is ``gkingest ingest corpus/``: what begins with no command is given to ingest."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        args = choose_language(args)
        ctx.obj = tuple(args)  # as they were typed
        for command in (self, *self.commands.values()):
            command.get_help = partial(help_page, command)  # type: ignore[method-assign]
        own = {"--help", "--version", "--install-completion", "--show-completion"}
        if "--help" in args[1:]:
            word = args[0]
            # A command that is there, an option, or a path that exists was not meant to be another command.
            meant = word in self.commands or word.startswith("-") or os.path.lexists(word)
            for near in () if meant else get_close_matches(word, [*self.commands], 1):
                raise UsageError(f"{word}: there is no such command; did you mean `gkingest {near} --help`?")
        if args and args[0] not in self.commands and args[0] not in own:
            args = [_DEFAULT_COMMAND, *args]
        return super().parse_args(ctx, args)

    def make_context(self, *args: Any, **more: Any) -> Any:
        """What is said of a wrong option repeats no password that was typed with it."""
        with _discreet():
            return super().make_context(*args, **more)

    def invoke(self, ctx: Any) -> Any:
        """The same for the options of a subcommand."""
        with _discreet():
            return super().invoke(ctx)


@contextmanager
def _discreet() -> Iterator[None]:
    try:
        yield
    except _Misuse as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            raise
        path = error.ctx.command_path if error.ctx else "gkingest"
        message = in_words(said(error.format_message().rstrip(".")))
        raise UsageError(f"{message}; `{path} --help` tells what it takes") from error


app = typer.Typer(
    cls=_Group,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def command_names() -> list[str]:
    """Names of the subcommands."""
    return [command.name or command.callback.__name__ for command in app.registered_commands if command.callback]


def _print_version(value: bool) -> None:
    if value:
        from importlib.metadata import version

        typer.echo(f"gkingest {version('gkingest')}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_print_version, help="Print the version.")
    ] = False,
) -> None:
    """Read 政府信息公开工作年度报告 (annual reports on government information disclosure) into a database.

    `gkingest PATH…` is short for `gkingest ingest PATH…`.
    """
