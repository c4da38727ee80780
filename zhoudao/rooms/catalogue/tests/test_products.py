"""Products as they are declared, found, drawn and warned of."""

from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.files.models import StoredFile
from zhoudao.ground.files.store import read
from zhoudao.rooms.catalogue.commands.kinds import Asked, Line, save_category, save_questions
from zhoudao.rooms.catalogue.commands.saving import Said, Sort, save_product
from zhoudao.rooms.catalogue.commands.showing import add_picture, drop_picture, end_fault, note_fault
from zhoudao.rooms.catalogue.models import Product, Variant
from zhoudao.rooms.catalogue.queries.finding import Wanted, product_named, product_of, products
from zhoudao.rooms.catalogue.refusals import (
    AttributeInUse,
    CatalogueRefused,
    FaultUnsound,
    PictureUnsound,
    ProductUnsound,
    QuestionUnsound,
    SkuTaken,
    SuccessorUnsound,
    ValueUnsound,
)
from zhoudao.rooms.catalogue.tests.range import LINES, NOW, ZHAO, picture, purifier, purifiers

pytestmark = pytest.mark.django_db
BOTH = {"zh-Hans": "机身发热", "en": "Gets warm"}


def test_a_product_is_found_by_any_word_and_by_what_it_is() -> None:
    purifiers()
    purifier(
        "quiet-30", "静音 30", {"Q30-W": "white", "Q30-B": "黑色"}, noise="30 dB", room=20, filter="HEPA", night="是"
    )
    purifier("loud-55", "强力 55", {"L55": ""}, noise=55, room=60, filter="carbon", night="no")

    def found(**wanted: Any) -> list[str]:
        return [one.code for one in products(Wanted(**wanted))]

    assert found(words="静音") == found(words="q30-b") == found(words="quiet") == ["quiet-30"]
    assert found(category="air-purifiers") == ["loud-55", "quiet-30"]
    assert found(fits={"filter": "hepa", "night": True}) == ["quiet-30"]
    assert found(fits={"colour": "black"}) == ["quiet-30"], "a colour of one of its SKUs"
    assert found(most={"noise": 40}) == ["quiet-30"]
    assert found(least={"room": 60.0}) == ["loud-55"]
    assert found(least={"room": 30}, most={"noise": 40}) == []
    assert product_of("Q30-W") == Product.objects.get(code="quiet-30")
    assert Variant.objects.get(sku="Q30-B").whole == {
        "noise": 30, "room": 20, "filter": "hepa", "night": True, "colour": "black",
    }  # fmt: skip


@pytest.mark.parametrize(
    "values",
    [
        {"noise": "quiet"},
        {"noise": "1e999"},
        {"noise": "NaN"},
        {"filter": "paper"},
        {"night": "perhaps"},
        {"weight": 3},
    ],
)
def test_what_does_not_fit_its_type_is_refused(values: dict[str, object]) -> None:
    purifiers()
    with pytest.raises(ValueUnsound):
        purifier("odd", "怪", {"ODD": ""}, **values)
    assert not Product.objects.exists()


def test_a_sku_is_of_one_product_and_a_code_is_a_code() -> None:
    purifiers()
    purifier("one", "一", {"S1": ""})
    with pytest.raises(SkuTaken):
        purifier("two", "二", {"S1": ""})
    for code in ("Two", "", "a b", "ü"):
        with pytest.raises(ProductUnsound):
            purifier(code, "二", {"S2": ""})
    purifier("one", "一新", {"S9": ""})
    assert list(Variant.objects.values_list("sku", flat=True)) == ["S9"], "said anew, whole"
    assert [
        one.attributes["is_new"] for one in Event.objects.filter(type="catalogue.ProductSaved").order_by("seq")
    ] == [
        True,
        False,
    ]


def test_nothing_follows_itself() -> None:
    purifiers()
    purifier("one", "一", {"S1": ""})
    said = Said("two", "air-purifiers", {"en": "Two"}, [Sort("S2", {})], successor="one")
    save_product(said=said, by=ZHAO, at=NOW)
    with pytest.raises(SuccessorUnsound):
        save_product(said=Said("one", "air-purifiers", {"en": "One"}, [], successor="two"), by=ZHAO, at=NOW)


def test_a_line_that_products_speak_of_stays() -> None:
    purifiers()
    purifier("one", "一", {"S1": ""}, filter="carbon", noise=40)
    names = {"en": "Air purifiers"}
    without = [one for one in LINES if one.code != "filter"]
    only_hepa = Line("filter", {"en": "Filter"}, "choice", choices={"hepa": {"en": "HEPA"}})
    as_words = [*without, Line("filter", {"en": "Filter"}, "text")]
    for lines in (without, [*without, only_hepa], as_words):
        with pytest.raises(AttributeInUse):
            save_category(code="air-purifiers", names=names, lines=lines, by=ZHAO, at=NOW)
    asked = [one for one in LINES if one.code != "night"]
    with pytest.raises(AttributeInUse):  # the guide asks for it
        save_category(code="air-purifiers", names=names, lines=asked, by=ZHAO, at=NOW)


@pytest.mark.parametrize(
    "question",
    [
        Asked("x", {"en": "?"}, "number", "filter", "at_least"),
        Asked("x", {"en": "?"}, "flag", "noise", "is"),
        Asked("x", {"en": "?"}, "budget", "noise"),
        Asked("x", {"en": "?"}, "choice", "filter", "is", [({"en": "Paper"}, "paper")]),
        Asked("x", {"en": "?"}, "choice", "noise", "at_most", []),
        Asked("x", {"en": "?"}, "number", "room", "at_least", weight=11),
        Asked("x", {}, "number", "room", "at_least"),
    ],
)
def test_a_question_that_cannot_be_answered_is_not_asked(question: Asked) -> None:
    purifiers()
    with pytest.raises(QuestionUnsound):
        save_questions(code="air-purifiers", questions=[question], by=ZHAO, at=NOW)


def test_a_description_keeps_its_shape_and_no_script() -> None:
    purifiers()
    html = "<p onclick=x>A <b>b</b></p><script>alert(1)</script><img src=x onerror=y><a href='javascript:x'>c</a>"
    said = Said("one", "air-purifiers", {"en": "One"}, [], descriptions={"en": html, "zh-Hans": "第一\n第二"})
    saved = save_product(said=said, by=ZHAO, at=NOW)
    assert saved.descriptions == {"en": "<p>A <b>b</b></p>c", "zh-Hans": "<p>第一</p><p>第二</p>"}


def test_a_picture_is_drawn_anew_small_and_large_once() -> None:
    purifiers()
    product = purifier("one", "一", {"S1": ""})
    first = add_picture(code="one", content=picture(), by=ZHAO, at=NOW)
    assert add_picture(code="one", content=picture(), by=ZHAO, at=NOW).id == first.id
    assert (first.width, first.height) == (1200, 600)
    with Image.open(BytesIO(read(first.small))) as small:
        assert (small.format, small.size) == ("WEBP", (320, 160))
    assert drop_picture(code="one", picture_id=first.id, by=ZHAO, at=NOW)
    assert not StoredFile.objects.filter(subject_id=product.id).exists()


def moving() -> bytes:
    file = BytesIO()
    frames = [Image.new("RGB", (9, 9), colour) for colour in ("red", "blue")]
    frames[0].save(file, "WEBP", save_all=True, append_images=frames[1:])
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [b"", b"hello", picture()[:300], moving(), picture(kind="GIF"), picture((8000, 2001)), b"<svg xmlns='x'/>"],
    ids=["empty", "text", "cut", "moving", "gif", "large", "svg"],
)
def test_what_is_no_still_picture_is_refused(content: bytes) -> None:
    purifiers()
    purifier("one", "一", {"S1": ""})
    with pytest.raises(PictureUnsound):
        add_picture(code="one", content=content, by=ZHAO, at=NOW)


def test_a_known_fault_has_advice_and_ends() -> None:
    purifiers()
    purifier("one", "一", {"S1": ""})
    sound: dict[str, Any] = {"code": "one", "names": BOTH, "advice": BOTH, "by": ZHAO, "at": NOW}
    wrongs: list[dict[str, Any]] = [{"advice": {}}, {"names": {}}, {"sku": "S2"}]
    for wrong in wrongs:
        with pytest.raises(FaultUnsound):
            note_fault(**sound | wrong)
    fault = note_fault(code="one", names=BOTH, advice=BOTH, sku="S1", is_told=True, by=ZHAO, at=NOW)
    whole = product_named("one")
    assert whole is not None
    assert list(whole.faults.all()) == [fault]
    assert end_fault(code="one", fault_id=fault.id, by=ZHAO, at=NOW)
    assert not end_fault(code="one", fault_id=fault.id, by=ZHAO, at=NOW)
    assert issubclass(FaultUnsound, CatalogueRefused)
