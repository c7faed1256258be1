"""The hidden text layer that scanner software leaves on its pictures, and gets wrong."""

from __future__ import annotations

import re
import subprocess
from html import unescape
from io import BytesIO
from pathlib import Path

import numpy as np
from pypdf import PdfReader, PdfWriter
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

FONT = "STSong-Light"  # not embedded: nobody is to see it
INVISIBLE = 3
WORD = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>')
MISREAD = {
    "0": "O8o6", "1": "7lI4", "2": "7Z3", "3": "85", "4": "1A9", "5": "S63", "6": "8b5", "7": "1T2",
    "8": "36B", "9": "4gq", "申": "中甲", "项": "顶", "未": "末", "日": "曰目", "人": "入", "总": "悤",
    "关": "天", "本": "木", "予": "子", "维": "堆", "诉": "泝", "间": "问", "公": "么", "件": "仵",
}  # fmt: skip


def lay_over(
    printed: Path, scanned: Path, chance: np.random.Generator, digits: float, words: float, lost: float
) -> None:
    """Write over `scanned` the words of `printed`, invisible and misread.

    `digits` and `words` are the shares of figures and other characters that come out wrong, `lost`
    the share of words that the software did not see at all.
    """
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    writer = PdfWriter(clone_from=scanned)
    xml = subprocess.run(["pdftotext", "-bbox", str(printed), "-"], check=True, capture_output=True).stdout
    for page, part in zip(writer.pages, xml.decode().split("<page ")[1:], strict=True):
        layer = BytesIO()
        size = float(page.mediabox.width), float(page.mediabox.height)
        canvas = Canvas(layer, pagesize=size, invariant=1)
        text = canvas.beginText()
        text.setTextRenderMode(INVISIBLE)
        for left, top, right, bottom, word in WORD.findall(part):
            if chance.random() < lost:
                continue
            seen = _misread(unescape(word), chance, digits, words)
            box = [float(v) for v in (left, top, right, bottom)]
            high = (box[3] - box[1]) * 0.8
            wide = pdfmetrics.stringWidth(seen, FONT, high) or 1
            text.setFont(FONT, high)
            text.setHorizScale(round(100 * (box[2] - box[0]) / wide, 1))
            shift = chance.normal(0, 0.6, 2)
            text.setTextOrigin(box[0] + shift[0], size[1] - box[3] + 0.2 * high + shift[1])
            text.textOut(seen)
        canvas.drawText(text)
        canvas.save()
        page.merge_page(PdfReader(BytesIO(layer.getvalue())).pages[0])
    writer.write(scanned)


def _misread(word: str, chance: np.random.Generator, digits: float, words: float) -> str:
    out = []
    for letter in word:
        wrong = MISREAD.get(letter)
        share = digits if letter.isdigit() else words
        out.append(chance.choice(list(wrong)) if wrong and chance.random() < share else letter)
    return "".join(out)
