"""Whether pages that are pictures can be read here, told without loading what reads them."""

from importlib.util import find_spec

from gkingest.extras import install_line, pip_line

# As it is stored with a document; how it is installed is said once, at the end of a run.
MISSING = "character recognition is not installed, so pages that are pictures cannot be read"


def lacking() -> str:
    """The same as it is told to who calls this very Python."""
    return f"{MISSING}; install it: {install_line('ocr')}"


def broken(what: str) -> str:
    """What to do where all of it is installed and yet does not work; where something is not, to install it."""
    if not is_installed():
        return lacking()
    return (
        f"character recognition is installed but cannot be loaded ({what}), so pages that are pictures cannot be "
        f"read; install it again: {pip_line('--force-reinstall', 'rapidocr', 'onnxruntime')}"
    )


def is_installed() -> bool:
    """Whether everything is there that pages which are pictures are read with."""
    return all(find_spec(name) for name in ("onnxruntime", "rapidocr", "cv2", "numpy"))
