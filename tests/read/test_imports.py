"""What only pages that are pictures need is not loaded for others."""

import subprocess
import sys
from pathlib import Path

SEED = "www.weidong.gov.cn/卫东区人民政府办公室2023年政府信息公开工作年度报告.pdf"
SCRIPT = """
import sys
from pathlib import Path
from gkingest.formats.load import load_formats
from gkingest.document.ingest import ingest
document = ingest(Path(sys.argv[1]), load_formats())
print(document.status.value, *(m for m in ("cv2", "onnxruntime", "rapidocr") if m in sys.modules))
"""


def test_a_report_of_text_is_read_without_what_recognises_pictures(corpus: Path) -> None:
    command = [sys.executable, "-c", SCRIPT, str(corpus / SEED)]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    assert done.stdout.split() == ["ok"]
