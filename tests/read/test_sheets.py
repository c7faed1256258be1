"""A picture on its way to clean ink: resolution, stamps, light, skew, bends, pieces of text in its cells."""

import base64
import io
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
import pytest
from drawing import DPI, Room, Sheet
from PIL import Image

from gkingest.document.ingest import ingest
from gkingest.errors import DocumentError
from gkingest.formats.spec import Format
from gkingest.model.paper import Turn
from gkingest.model.report import Status
from gkingest.read.kinds import KINDS
from gkingest.read.picture.clean import Sheet as Clean
from gkingest.read.picture.clean import clean_sheet, ink_of
from gkingest.read.picture.pieces import Segmentation, find_pieces
from gkingest.read.picture.raster import Raster, image_rasters, page_raster, sheet_count
from gkingest.read.picture.rules import find_rules
from gkingest.read.picture.straight import straightened, traces

COLUMNS, ROWS = (60, 260, 460, 660, 860), (50, 130, 210, 290, 370)


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)  # type: ignore[arg-type]
    return out.getvalue()


def pieces(sheet: Sheet) -> Segmentation:
    clean = clean_sheet(sheet.raster())
    return find_pieces(clean, find_rules(clean))


def same(one: Room, other: Room) -> bool:
    return all(abs(a - b) <= 3 for a, b in zip(one, other, strict=True))


def ruled(width: int = 920, height: int = 600) -> Sheet:
    sheet = Sheet(width, height)
    sheet.table(COLUMNS, ROWS)
    return sheet


# Pictures of files


@pytest.mark.parametrize(("stored", "read"), [(72, 200), (150, 200), (240, 240), (600, 300)])
def test_a_page_is_rendered_at_the_resolution_of_its_scan_within_bounds(stored: int, read: int) -> None:
    size = (round(8.27 * stored), round(11.69 * stored))
    data = saved(Image.new("L", size, 255), "PDF", resolution=stored)
    raster = page_raster(pypdfium2.PdfDocument(data)[0])
    assert raster.dpi == pytest.approx(read, abs=2)
    assert raster.size == pytest.approx((595, 842), abs=3)


def test_every_frame_of_a_fax_is_a_page() -> None:
    frames = [Image.new("1", (1654, 2339), shade) for shade in (1, 0, 1)]
    data = saved(frames[0], "TIFF", save_all=True, append_images=frames[1:], dpi=(200, 200))
    assert [int(r.pixels.mean()) for r in image_rasters(data)] == [255, 0, 255]


def test_a_photo_is_turned_as_the_camera_noted() -> None:
    image = Image.new("RGB", (2339, 1654), "white")
    image.paste((0, 0, 0), (0, 0, 300, 300))
    exif = Image.Exif()
    exif[0x0112] = 6  # to be shown turned clockwise by a quarter
    (raster,) = image_rasters(saved(image, "JPEG", exif=exif))
    assert raster.pixels.shape[0] > raster.pixels.shape[1]
    assert raster.pixels[100, -100].max() < 60
    assert raster.pixels[100, 100].min() > 200


def test_pixels_of_a_fax_that_are_no_squares_become_squares() -> None:
    (raster,) = image_rasters(saved(Image.new("1", (1728, 1140), 1), "TIFF", dpi=(204, 98)))
    assert raster.size == pytest.approx((610, 838), abs=3)


def strip(width: int, height: int, *spaces: tuple[int, int]) -> Image.Image:
    """A screenshot of text 24 pixels high from its top to its foot but for ``spaces``."""
    sheet = Sheet(width, height)
    for y in range(20, height - 30, 44):
        if not any(top - 30 < y < bottom for top, bottom in spaces):
            sheet.characters((width - 40) // 32, 20, y)
    return Image.fromarray(sheet.pixels)


def test_a_picture_of_a_whole_site_is_several_sheets_cut_between_its_lines_at_the_size_of_print() -> None:
    image = strip(900, 4000, (1300, 1420), (2500, 2660))
    sheets = list(image_rasters(saved(image, "PNG", dpi=(300, 300))))  # which would make it 4.5 points high
    inner = [r.pixels[60:-60, 60:-60].shape for r in sheets]  # 0.3 inches of ground are set around
    heights = [round(high / wide * 900) for high, wide, _ in inner]
    assert sheet_count(saved(image, "PNG")) == len(sheets) == 3
    assert heights == pytest.approx([1360, 1220, 1420], abs=30)
    assert {round(r.dpi) for r in sheets} == {200}
    assert 28 * 0.9 < 28 * inner[0][1] / 900 < 28 * 1.3


def test_a_strip_that_is_printed_all_along_is_cut_at_a_rule_that_both_sheets_keep() -> None:
    sheet = Sheet(600, 2400)
    sheet.pixels[:2200, ::40] = 0
    sheet.pixels[900:904] = 0
    first, second = list(image_rasters(saved(Image.fromarray(sheet.pixels), "PNG")))[:2]
    assert first.pixels[-70:-60, 60:-60].mean(axis=(1, 2)).min() < 60
    assert second.pixels[60:70, 60:-60].mean(axis=(1, 2)).min() < 60


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "BMP", "AVIF", "JPEG2000", "TIFF"])
def test_every_kind_of_picture_is_known_by_its_bytes_and_read(kind: str) -> None:
    image = Image.new("RGB", (826, 1169), "white")
    image.paste((0, 0, 0), (0, 0, 200, 200))
    data = saved(image, kind)
    known = [name for name, k in KINDS.items() if k.fits(data, ())]
    assert known[0] in ("image/jp2" if kind == "JPEG2000" else f"image/{kind.lower()}",)
    (raster,) = image_rasters(data)
    assert raster.size == pytest.approx((595, 842), rel=0.05)
    assert raster.pixels[50, 50].max() < 60 < raster.pixels[-50, -50].min()


# A white sheet, its upper left corner black, as telephones store photographs.
HEIC = base64.b64decode(
    "AAAAGGZ0eXBoZWljAAAAAG1pZjFoZWljAAABgm1ldGEAAAAAAAAAIWhkbHIAAAAAAAAAAHBpY3QAAAAAAAAAAAAAAAAAAAAAImls"
    "b2MAAAAAREAAAQABAAAAAAGiAAEAAAAAAAABfgAAACNpaW5mAAAAAAABAAAAFWluZmUCAAAAAAEAAGh2YzEAAAAADnBpdG0AAAAA"
    "AAEAAAECaXBycAAAAOJpcGNvAAAAe2h2Y0MBA3AAAACQAAAAAABd8AD8/fj4AAAPA2AAAQAYQAEMAf//A3AAAAMAkAAAAwAAAwBd"
    "ugJAYQABAC5CAQEDcAAAAwCQAAADAAADAF2gBoIASZySZbqSSmubgIaDAgAAAwAyAAADAAIQYgABAAdEAcFysGJAAAAAE2NvbHJu"
    "Y2x4AAEADQAGgAAAABRpc3BlAAAAAAAAAzoAAASSAAAAKGNsYXAAAAM6AAAAAQAABJEAAAABAAAAAAAAAAL/////AAAAAgAAABBw"
    "aXhpAAAAAAMICAgAAAAYaXBtYQAAAAAAAAABAAEFgQIDBYQAAAGGbWRhdAAAAXooAa8ZCZrEz7jzjjTDDDDDDDDDIPcB4E//9HJc"
    "YrWIlgaBvt8WWJvXSgInECSJvK1SeZVisQ1yVAAAAwAAAwAacKdbvMDcEMbaAAADAAADAAADAOSAkwdpOjQZAAADAAADAAANuOPh"
    "UK+m3k+27LrvBSKEUxwqGAANcLShCvlsmtH7+NEnBcUsFRAAAAMAAAMAAIeAAAADAAADAAADAAADAAB5QAAAAwAAAwAAAwAAAwAQ"
    "UAAAAwAAAwAAAwAAAwCpgAAAAwAAAwAAAwAAAwJSAAADAAADAAADAAAE9AAAAwAAAwAAAwAACRgAAAMAAAMAAAMAAAx4AAADAAAD"
    "AAADAAAS8AAAAwAAAwAAAwAAGtAAAAMAAAMAAAMAACSgAAADAAADAAADAAAsoAAAAwAAAwAAAwAAO2AAAAMAAAMAAAMAAE1AAAAD"
    "AAADAAADAABWwAAAAwAAAwAAAwAAAwAAAwAAAwAAAwAAAwAAAwAAAwAAAwAAAwAADpg="
)


def test_a_photo_in_heic_is_read_where_its_library_is_there() -> None:
    pytest.importorskip("pi_heif", reason="pi-heif, of the extra ocr, is not installed")
    (raster,) = image_rasters(HEIC)
    assert sheet_count(HEIC) == 1
    assert raster.size == pytest.approx((595, 842), rel=0.05)
    assert raster.pixels[50, 50].max() < 60 < raster.pixels[-50, -50].min()
    with pytest.raises(DocumentError) as caught:
        list(image_rasters(HEIC[:400]))
    assert caught.value.status == "corrupt"


def test_a_photo_in_heic_says_what_to_do_where_its_library_is_not_there(
    tmp_path: Path, formats: tuple[Format, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gkingest.read.heif.find_spec", lambda name: None)
    (tmp_path / "IMG_0001.HEIC").write_bytes(HEIC)
    document = ingest(tmp_path / "IMG_0001.HEIC", formats)
    assert document.status is Status.UNSUPPORTED
    assert "extra ocr" in document.message and "JPEG" in document.message


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "BMP", "AVIF", "JPEG2000"])
def test_a_picture_of_any_kind_that_is_cut_off_is_damaged(kind: str) -> None:
    data = saved(Image.effect_noise((800, 1100), 60).convert("RGB"), kind)
    with pytest.raises(DocumentError) as caught:
        list(image_rasters(data[: len(data) // 3]))
    assert caught.value.status == "corrupt"


def test_a_resolution_that_no_paper_has_is_not_believed() -> None:
    (raster,) = image_rasters(saved(Image.new("L", (1654, 2339), 255), "PNG", dpi=(3, 3)))
    assert raster.dpi == pytest.approx(200, abs=1)


def test_what_is_transparent_shows_the_paper() -> None:
    (raster,) = image_rasters(saved(Image.new("RGBA", (1654, 2339), (0, 0, 0, 0)), "PNG"))
    assert raster.pixels.min() == 255


def test_a_picture_cut_off_is_damaged() -> None:
    data = saved(Image.effect_noise((800, 1100), 60), "JPEG")
    with pytest.raises(DocumentError, match="damaged") as caught:
        list(image_rasters(data[: len(data) // 2]))
    assert caught.value.status == "corrupt"


def test_a_picture_larger_than_any_sheet_is_refused() -> None:
    with pytest.raises(DocumentError, match="9000 × 9000") as caught:
        list(image_rasters(saved(Image.new("1", (9000, 9000), 1), "PNG")))
    assert caught.value.status == "unsupported"


# Clean ink


def test_a_red_stamp_goes_and_the_figure_below_it_stays() -> None:
    sheet = ruled()
    figure = sheet.write("38", 340, 180, scale=1.6)
    before = pieces(sheet)
    sheet.ring(350, 170, 120, (215, 40, 45))
    after = pieces(sheet)
    assert [p.box for p in after.pieces] == [p.box for p in before.pieces]
    assert same(after.pieces[0].box, figure)


def laid_over(sheet: Sheet, colour: tuple[int, int, int], share: float = 0.75) -> None:
    """A seal of a ring and a disc that hides a share of what is below it, as programs lay it over a page."""
    seal = np.zeros(sheet.pixels.shape[:2], np.uint8)
    cv2.circle(seal, (350, 170), 120, 255, 8)
    cv2.circle(seal, (350, 170), 45, 255, -1)
    under = sheet.pixels[seal > 0].astype(np.float64)
    sheet.pixels[seal > 0] = (share * np.array(colour) + (1 - share) * under).astype(np.uint8)


@pytest.mark.parametrize("colour", [(214, 30, 40), (40, 60, 200)])
def test_below_a_seal_that_was_laid_over_a_page_its_figures_and_rules_stay(colour: tuple[int, int, int]) -> None:
    sheet = ruled()
    sheet.write("38", 330, 180, scale=1.2)
    before = pieces(sheet)
    laid_over(sheet, colour)
    after = pieces(sheet)
    assert [p.room for p in after.pieces] == [p.room for p in before.pieces]
    assert same(after.pieces[0].box, before.pieces[0].box)
    assert (after.crossed, after.pale) == ({}, ())


def test_blue_ink_that_is_no_seal_stays() -> None:
    sheet = ruled()
    figure = sheet.write("38", 330, 180, scale=1.2)
    sheet.pixels[(sheet.pixels < 128).all(axis=2)] = (30, 40, 160)
    (piece,) = pieces(sheet).pieces
    assert same(piece.box, figure)


@pytest.mark.parametrize("angle", [-2.0, -0.7, 1.3, 3.0])
def test_a_sheet_that_lies_askew_is_set_straight(angle: float) -> None:
    sheet = Sheet(1400, 1000)
    sheet.table((150, 500, 850, 1250), tuple(range(150, 850, 70)))
    turn = cv2.getRotationMatrix2D((700, 500), angle, 1.0)
    turned = cv2.warpAffine(sheet.pixels, turn, (1400, 1000), borderValue=(255, 255, 255))
    assert clean_sheet(Raster(np.asarray(turned, np.uint8), float(DPI))).angle == pytest.approx(-angle, abs=0.1)


def test_shadow_over_half_the_page_leaves_ink_and_ground_apart() -> None:
    sheet = ruled()
    dark, light = sheet.write("38", 120, 180), sheet.write("41", 720, 180)
    shade = np.linspace(0.45, 1.0, 920)[None, :, None]
    shaded = Raster((sheet.pixels * shade).astype(np.uint8), float(DPI))
    clean = clean_sheet(shaded)
    for left, top, right, bottom in (dark, light):
        assert clean.grey[top:bottom, left:right].min() < 60
    assert np.median(clean.grey[60:120, 80:240]) > 235


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_is_turned_clockwise(turn: Turn) -> None:
    sheet = Sheet(600, 800)
    sheet.write("7", 40, 80, scale=2)
    ink = clean_sheet(sheet.raster(), turn).ink
    height, width = ink.shape
    down, along = (int(n.mean()) for n in np.nonzero(ink))
    corner = (along > width / 2, down > height / 2)
    assert corner == {90: (True, False), 180: (True, True), 270: (False, True)}[turn]


@pytest.mark.parametrize("shade", [0, 128, 255])
def test_a_page_of_one_shade_breaks_nothing(shade: int) -> None:
    clean = clean_sheet(Raster(np.full((700, 500, 3), shade, np.uint8), float(DPI)))
    assert clean.grey.shape == (700, 500)
    assert find_pieces(clean, find_rules(clean)).pieces == ()


# Sheets that are bent


def bent(sheet: Sheet, depth: float) -> Clean:
    """The sheet with its middle pulled down by ``depth`` pixels, as curled paper is."""
    height, width = sheet.pixels.shape[:2]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    away = (depth * (1 - (2 * x / width - 1) ** 2)).astype(np.float32)
    pulled = cv2.remap(sheet.pixels, x, y - away, cv2.INTER_LINEAR, borderValue=(255, 255, 255))
    grey = np.asarray(cv2.cvtColor(pulled, cv2.COLOR_RGB2GRAY), np.uint8)
    return Clean(grey, ink_of(grey, DPI), float(DPI), 0.0)


def sag(clean: Clean) -> float:
    """By how many pixels the rules of a sheet bend at most."""
    return max(float(np.ptp(t[:, 1])) for t in traces(clean.grey, clean.dpi))


def test_a_curled_sheet_is_pulled_straight_by_its_rules() -> None:
    sheet = Sheet(1400, 1000)
    sheet.table((150, 500, 850, 1250), tuple(range(150, 850, 70)))
    curled = bent(sheet, 9.0)
    assert sag(curled) > 3.5
    assert sag(straightened(curled)) < 1.6


def test_a_flat_sheet_is_left_alone() -> None:
    flat = bent(ruled(), 0.0)
    assert straightened(flat) is flat


# Pieces of text


def test_each_figure_is_a_piece_in_its_own_cell() -> None:
    sheet = ruled()
    drawn = [sheet.write(t, x, y) for t, x, y in (("0", 340, 180), ("12", 540, 180), ("345", 340, 260))]
    found = pieces(sheet).pieces
    assert all(any(same(p.box, d) for d in drawn) for p in found)
    assert len({p.cell for p in found}) == len(found) == 3
    assert all(p.cell for p in found)


def test_empty_cells_and_specks_of_dirt_give_no_piece() -> None:
    sheet = ruled()
    for x, y in ((120, 90), (340, 180), (560, 250), (700, 330)):
        sheet.pixels[y : y + 4, x : x + 4] = 0
    assert pieces(sheet).pieces == ()


def test_a_dash_is_a_piece() -> None:
    sheet = ruled()
    dash = sheet.stroke((350, 170), (374, 170), 4)
    (found,) = pieces(sheet).pieces
    assert same(found.box, dash)


def test_the_second_line_of_a_double_rule_is_no_text() -> None:
    sheet = ruled()
    for x in COLUMNS:
        sheet.stroke((x + 7, ROWS[0]), (x + 7, ROWS[-1]), 2)
    assert pieces(sheet).pieces == ()


def test_black_ink_larger_than_letters_is_told_of_every_cell_it_crosses() -> None:
    sheet = Sheet(1400, 1000)
    sheet.table((100, 500, 900, 1300), (100, 400, 700))
    cv2.rectangle(sheet.pixels, (560, 460), (840, 640), (0, 0, 0), 20)
    found = pieces(sheet)
    assert len(found.crossed) == 1
    (room,) = found.crossed.values()
    assert same(room, (550, 450, 851, 651)) or (room[0] < 600 and room[2] > 800)


def test_print_that_has_faded_in_an_empty_cell_is_told() -> None:
    sheet = ruled()
    sheet.write("0", 340, 180, grey=205)
    found = pieces(sheet)
    seen = [p.box for p in found.pieces] + list(found.pale)
    assert any(room[0] <= 345 and room[2] >= 355 and room[1] <= 170 <= room[3] for room in seen)
    assert pieces(ruled()).pale == ()
