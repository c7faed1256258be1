"""``python -m gkingest`` is the command ``gkingest``."""

from gkingest.cli.main import main

if __name__ == "__main__":
    main()
