"""What mutation testing found, module by module, as the table that ``docs/quality.md`` keeps: ``make mutants``."""

import json
import sys
from collections import Counter
from pathlib import Path

FOUND = Path(__file__).parents[2] / "mutants"
_SURVIVED, _UNTESTED = 0, 33  # exit codes as mutmut writes them; every other one is a test that noticed


def main() -> int:
    """Print the table; with ``-v`` the names of those that nobody noticed. 1 where nothing was measured."""
    files = sorted(FOUND.rglob("*.meta"))
    total: Counter[str] = Counter()
    print("| module | changes | noticed | share |\n|---|---|---|---|")
    for file in files:
        codes = {k: c for k, c in json.loads(file.read_text("utf-8"))["exit_code_by_key"].items() if c is not None}
        unnoticed = sorted(k for k, c in codes.items() if c in (_SURVIVED, _UNTESTED))
        name = file.relative_to(FOUND / "src" / "gkingest").with_suffix("").as_posix()
        if codes:
            _print(name, len(codes), len(codes) - len(unnoticed))
            total += Counter(changes=len(codes), noticed=len(codes) - len(unnoticed))
        if "-v" in sys.argv[1:]:
            print("".join(f"  {key}\n" for key in unnoticed), end="", file=sys.stderr)
    _print("all", total["changes"], total["noticed"])
    return 0 if total["changes"] else 1


def _print(name: str, changes: int, noticed: int) -> None:
    print(f"| `{name}` | {changes} | {noticed} | {100 * noticed / max(changes, 1):.1f} % |")


if __name__ == "__main__":
    sys.exit(main())
