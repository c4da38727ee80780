"""Which number is believed, and which is asked for."""

from collections.abc import Iterable
from random import Random

import pytest

from zhoudao.engines.photos.confusing import PRINTED, fold
from zhoudao.engines.photos.faults import Shown, error_on
from zhoudao.engines.photos.found import Code, Found, Line
from zhoudao.engines.photos.masks import MaskUnsound, check_sign, masks_in
from zhoudao.engines.photos.serials import Numbered, Serial, serial_on

_BOX = ((0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 9.0))


def line(text: str, sure: float = 0.99) -> Line:
    return Line(text, sure, _BOX, "text")


def code(text: str, kind: str = "Code 128") -> Code:
    return Code(kind, text, _BOX, "plain")


def washer(*registered: str, mask: str = "ZD-####-AAAA", sku: str = "WM-8") -> Numbered:
    return Numbered(sku, masks_in(mask), lambda folded: [key for key in registered if fold(key) == folded])


def seen(*things: Code | Line, of: Iterable[Numbered] = ()) -> Serial:
    codes = tuple(one for one in things if isinstance(one, Code))
    lines = tuple(one for one in things if isinstance(one, Line))
    return serial_on(Found(codes, lines), [*of])


def test_a_code_that_fits_the_products_mask_is_its_number() -> None:
    assert seen(code("ZD-0815-KQRS"), of=[washer()]) == Serial("ZD0815KQRS", "WM-8", "code")
    assert seen(code("https://go.example/r?sn=ZD-0815-KQRS", "QR Code"), of=[washer()]).key == "ZD0815KQRS"
    assert seen(code("(01)06901234567892(21)ZD0815KQRS", "Data Matrix"), of=[washer()]).key == "ZD0815KQRS"


def test_a_code_that_fits_no_mask_or_names_the_goods_is_not_taken() -> None:
    for text, kind in (("ZD-0815-KQR", "Code 128"), ("9999", "QR Code"), ("6901234567892", "EAN-13")):
        assert seen(code(text, kind), of=[washer(mask="ZD-####-AAAA|#############")]).key == ""


def test_two_different_numbers_on_a_photo_are_asked_about() -> None:
    assert seen(code("ZD-0815-KQRS"), code("ZD-0815-KQRT"), of=[washer()]).why == "ambiguous"
    assert seen(code("ZD-0815-KQRS"), line("S/N ZD-0815-KQRT"), of=[washer("ZD0815KQRT")]).why == "ambiguous"
    assert seen(code("ZD-0815-KQRS"), code("ZD-0815-KQRS", "QR Code"), of=[washer()]).key == "ZD0815KQRS"


def test_print_is_believed_where_the_register_has_it_letters_that_look_alike_included() -> None:
    of = [washer("ZD0815KQRS", "ZD0816KQRS")]
    for text in ("S/N: ZD-0815-KQRS", "序列号：ZD0815KQRS", "SN ZD 0815 KQRS", "ZD-O8I5-KQR5", "2D-0815-K0RS"):
        assert seen(line(text), of=of) == Serial("ZD0815KQRS", "WM-8", "registered"), text


def test_print_that_nothing_confirms_is_offered_and_not_taken() -> None:
    assert seen(line("S/N: ZD-0815-KQRS"), of=[washer()]) == Serial(why="unconfirmed", offered="ZD0815KQRS")
    assert seen(line("S/N: ZD-O815-KQRS"), of=[washer()]) == Serial(why="unconfirmed")
    assert seen(line("ZD-0815-KQRS", 0.6), of=[washer("ZD0815KQRS")]).key == ""


def test_what_may_be_two_registered_numbers_is_asked_about() -> None:
    twins = washer("ZD0815KORS", "ZD0815KQRS")
    for text in ("ZD-0815-KORS", "ZD-0815-KQRS", "ZD-0815-KDRS"):
        assert seen(line(text), of=[twins]).why == "ambiguous", text


def test_a_number_read_surely_is_not_taken_for_its_twin_of_the_register() -> None:
    assert seen(line("ZD-0815-KQRS"), of=[washer("ZD0815KORS")]) == Serial(why="unconfirmed", offered="ZD0815KQRS")


def test_a_check_sign_confirms_without_a_register() -> None:
    key = "ZD0815KQR"
    whole = key + check_sign(key)
    of = [washer(mask="ZD-####-AAA-=")]
    assert seen(line(f"S/N {whole}"), of=of) == Serial(whole, "WM-8", "checked")
    assert seen(line(f"S/N {whole.replace('0', 'O')}"), of=of).key == whole
    assert seen(line(f"S/N {key}{'A' if whole[-1] != 'A' else 'K'}"), of=of).key == ""


def test_a_piece_of_a_longer_number_is_none() -> None:
    digits = washer("12345678", mask="########")
    assert seen(line("tel 0123456789"), of=[digits]).key == ""
    assert seen(line("No 12345678 x"), of=[digits]).key == "12345678"


def test_which_product_it_is_follows_from_the_number() -> None:
    of = [washer(), washer(sku="FR-4", mask="FR######")]
    assert seen(code("FR-123456"), of=of).sku == "FR-4"
    assert seen(line("nothing here"), of=[]).why == "no_pattern"


@pytest.mark.parametrize(
    "text", ["ZD", "ZD-##", "#" * 41, "(a+)+$", "ZD-####-A'", "==####", "ZD-=####", "é####", "|".join(["####"] * 6)]
)
def test_masks_that_mean_nothing_are_refused(text: str) -> None:
    with pytest.raises(MaskUnsound):
        masks_in(text)


def test_a_mask_says_letters_digits_either_and_itself() -> None:
    (mask,) = masks_in("'A#-A*1*")
    assert [mask.fits(key) for key in ("A1BC1Z", "A1B21Z", "B1BC1Z", "AAB21Z", "A1B221")] == [True, True] + [False] * 3
    assert masks_in(" ") == ()
    assert len(masks_in("####|AA####")) == 2


def test_no_letter_that_looks_alike_passes_a_check_sign() -> None:
    rng = Random(37)
    for _n in range(300):
        key = "".join(rng.choices("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", k=rng.randint(6, 12)))
        sign = check_sign(key)
        for at, was in enumerate(key):
            for other in (each for each in PRINTED if PRINTED[each] == PRINTED.get(was) and each != was):
                assert check_sign(key[:at] + other + key[at + 1 :]) != sign


def test_an_error_code_is_one_of_the_products_or_none() -> None:
    codes = ["E18", "F03", "H5", "B8"]
    for text, expected in (("E18", "E18"), ("ERROR E-18", "E18"), ("EI8", "E18"), ("68", "B8"), ("f0 3", "F03")):
        assert error_on([line(text)], codes) == Shown(expected), text
    for text in ("220V 50Hz", "E1", "E181", "", "IPX4"):
        assert error_on([line(text)], codes) == Shown(why="nothing"), text
    assert error_on([line("E18"), line("F03")], codes) == Shown(why="ambiguous")
    assert error_on([line("B8")], ["B8", "68"]) == Shown(why="ambiguous")
