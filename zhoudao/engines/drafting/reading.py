"""A text read as an order."""

from collections.abc import Sequence

from zhoudao.engines.drafting.facts import LONGEST, Article, Draft, Found, Map
from zhoudao.engines.drafting.folded import Folded
from zhoudao.engines.drafting.goods import Catalogue
from zhoudao.engines.drafting.lines import Reader
from zhoudao.engines.drafting.people import name_in, remark_in
from zhoudao.engines.drafting.phones import phone_in
from zhoudao.engines.drafting.where import address_in


def read(text: str, articles: Sequence[Article], country: Map) -> Draft:
    """This will read goods, quantities, name, telephone, address and remark out of what was said.

    Never raises; every span lies in the text; quantities are from 1 to 9,999 or None. What is read is taken out of the
    text for what is read after it, so that a house number is no quantity.
    """
    folded = Folded(text)
    phone = phone_in(folded)
    where = address_in(folded, country)
    name = name_in(folded)
    reader = Reader(folded, Catalogue(articles))
    lines, unknown = reader.read()
    for start, end in reader.used:
        folded.take(start, end)
    remark = remark_in(folded)
    nothing = Found()
    return Draft(
        lines=lines,
        unknown=unknown,
        name=name,
        phone=phone,
        province=where.get("province", nothing),
        city=where.get("city", nothing),
        district=where.get("district", nothing),
        street=where.get("street", nothing),
        remark=remark,
        is_cut=len(text) > LONGEST,
    )
