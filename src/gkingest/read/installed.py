"""Whether pages that are pictures can be read here, told without loading what reads them."""

from importlib.util import find_spec

MISSING = (
    "character recognition is not installed, so pages that are pictures cannot be read; "
    "install it: pip install 'gkingest[ocr]'"
)


def is_installed() -> bool:
    """Whether everything is there that pages which are pictures are read with."""
    return all(find_spec(name) for name in ("onnxruntime", "rapidocr", "cv2", "numpy"))
