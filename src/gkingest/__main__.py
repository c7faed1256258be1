"""``python -m gkingest`` is the command ``gkingest``."""

from gkingest.cli import main

if __name__ == "__main__":
    main()
