"""The goods of an order as they were said: what belongs together, what was corrected, what was taken back."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from zhoudao.engines.drafting.facts import MOST_LINES, MOST_PIECES, Line, Span, Unknown
from zhoudao.engines.drafting.folded import Folded
from zhoudao.engines.drafting.goods import Catalogue, Mention
from zhoudao.engines.drafting.numerals import Quantity, quantities

_CORRECTS = re.compile(
    r"不对|不是|不不|开玩笑|错了|说错|应该是|改|等一下|等等|换成|更正|还是|算错|变成|(?:^|\W)不$"
    r"|\b(?:no|sorry|actually|i mean|make it|instead|rather)\b"
)
_NEGATES = re.compile(
    r"不要|不用|不需要|不买|取消|去掉|算了|别要|删掉|不订"
    r"|\b(?:don't want|do not want|cancel|remove|never ?mind|drop|without)\b"
)
_WRONG = re.compile(r"(?:不是|不要|not) ?(?:要)? ?$")  # before a quantity: that one was wrong
_SWAPS = re.compile(r"换成|改成|改为|instead of")
_MORE = re.compile(r"再|另外|多加|加|多要|\b(?:more|another|add)\b")
_ASKS = re.compile(r"吗|呢|多少钱|有没有|有货|怎么|什么|how much|do you have|\?")
_EMPTY = re.compile(
    r"[\s,的了吧啊呀嘛呢哦嗯那这个就给我我们你您帮把要好对来想买订购定下单一共总共再还有另外和跟以及先够后来说再加补一样同种都请是拿送先然后就行可以谢谢不改成换数量为:：]*"
    r"|(?:i|we|want|would|like|need|to|order|please|and|of|the|some|also|take|get|buy|'ll|'d|me|give|make|it|just|yes|ok|\W)*"
)
_LEAD = re.compile(
    r"^(?:的|我们?|你|您|就|要|想|买|订购?|定|来|给|帮|请|那|还|再|有|和|跟|以及|另外|加|先|下单|麻烦|好|嗯|把|一共|然后|这个|那个|个)+"
)
_TAIL = re.compile(r"(?:的|要|买|订|来|给我|各|就|想|吧|了|啊|呀|,|:)+$")
_NO_GOODS = re.compile(
    r"有货|送到|送货|小时|天|地址|发票|电话|手机|联系|客户|客服|后来|师傅|楼|付款|优惠|便宜|价|元|快递|方便|问"
)
_EACH = re.compile(r"各(?:要|来|买|订)?$")
_PER = re.compile(r"每|一人一")
_WIDE = 24  # characters beside a quantity that may name what nobody knows
_FAR = 14  # characters that may stand between an article and its quantity
_Event = Mention | Quantity


@dataclass
class _Row:
    """A line while it is read."""

    mention: Mention
    quantity: Quantity | None
    spans: list[Span]
    value: int | None = None
    doubts: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


class Reader:
    """Reads clause by clause and remembers what was spoken of."""

    def __init__(self, text: Folded, catalogue: Catalogue) -> None:
        self.text, self.catalogue = text, catalogue
        self.rows: list[_Row] = []
        self.unknown: list[Unknown] = []
        self.waiting: Quantity | None = None  # a quantity whose article comes next
        self.topic: Mention | None = None  # an article asked about, without a quantity yet
        self.is_corrected = False
        self.starts: list[int] = []  # of all articles named
        self.used: list[tuple[int, int]] = []  # clauses that spoke of goods
        self.numbered = catalogue.numbered(text)
        self.of_names = catalogue.of_names(text.text)

    def read(self) -> tuple[tuple[Line, ...], tuple[Unknown, ...]]:
        """All lines, and what no article is called."""
        for start, end in list(self.text.clauses()):
            self._clause(start, end)
        rows = [row for row in self.rows if not self._is_settled_elsewhere(row)]
        return tuple(self._line(row) for row in rows[:MOST_LINES]), tuple(self.unknown[:MOST_LINES])

    def _clause(self, start: int, end: int) -> None:
        words = self.text.text[start:end]
        numbered = [one for one in self.numbered if start <= one.start and one.end <= end]
        taken = [*self.of_names, *((one.start, one.end) for one in numbered)]
        is_per = _PER.search(words) is not None
        counts = [one for one in quantities(self.text.text, start, end) if not (is_per or _touches(one, taken))]
        cuts = [(one.start, one.end) for one in counts if one.is_counted]
        cuts += [(one.start, one.end) for one in numbered]
        cuts += [one.span() for one in _SWAPS.finditer(self.text.text, start, end)]
        beside = [(one.start, one.end) for one in counts]
        beside += [one.span() for one in _NEGATES.finditer(self.text.text, start, end)]
        named = self.catalogue.named(self.text.text, start, end, cuts=cuts, counts=beside)
        mentions = sorted([*numbered, *named], key=lambda one: one.start)
        spans = [(one.start, one.end) for one in mentions]
        counts = [one for one in counts if one.is_counted or not _touches(one, spans)]
        wrong = [one for one in counts if _WRONG.search(self.text.text, max(start, 0), one.start)]
        counts = [one for one in counts if one not in wrong]
        is_corrected = bool(_CORRECTS.search(words)) or bool(wrong) or self.is_corrected
        self.is_corrected = is_corrected and not counts  # it goes on until another number is said
        self.starts += [one.start for one in mentions]
        if mentions or counts:
            self.used.append((start, end))
        wanted = self._wanted(start, end, mentions, counts)
        if wanted is not None and not self._swaps(words, start, wanted, counts):
            self._pairs(start, end, wanted, counts, is_corrected=is_corrected)

    def _pairs(
        self, start: int, end: int, mentions: list[Mention], counts: list[Quantity], *, is_corrected: bool
    ) -> None:
        pairs, left = _paired(mentions, counts)
        is_more = bool(_MORE.search(self.text.text, start, end))
        each = next((one for one in counts if _EACH.search(self.text.text, start, one.start)), None)
        for mention, quantity in pairs:
            self._say(
                mention,
                quantity or each or self._waited(),
                is_corrected=is_corrected,
                is_more=is_more,
                clause=(start, end),
            )
        for quantity in left:
            if quantity.is_counted:
                self._alone(quantity, start, end, is_corrected=is_corrected, has_goods=bool(mentions))

    def _waited(self) -> Quantity | None:
        waiting, self.waiting = self.waiting, None
        return waiting

    def _say(
        self,
        mention: Mention,
        quantity: Quantity | None,
        *,
        is_corrected: bool,
        is_more: bool,
        clause: tuple[int, int],
    ) -> None:
        """An article, with its quantity or without."""
        row = self._row_of(mention)
        if row is not None:
            row.spans.append(self.text.span(mention.start, mention.end))
            if quantity is not None:
                self._count(row, quantity, is_corrected=is_corrected, is_more=is_more)
        elif quantity is None and _ASKS.search(self.text.text, clause[0], min(len(self.text.text), clause[1] + 1)):
            self.topic = mention
        else:
            self._add(mention, quantity)

    def _add(self, mention: Mention, quantity: Quantity | None) -> None:
        row = _Row(mention, None, [self.text.span(mention.start, mention.end)])
        self.rows.append(row)
        self.topic = None
        if quantity is not None:
            self._count(row, quantity, is_corrected=False, is_more=False)

    def _count(self, row: _Row, quantity: Quantity, *, is_corrected: bool, is_more: bool) -> None:
        """This will say how many: first, corrected, more, the same again, or another number that contradicts."""
        said = self.text.written(quantity.start, quantity.end)
        span = self.text.span(quantity.start, quantity.end)
        if row.quantity is None or is_corrected:
            row.doubts = [quantity.doubt] if quantity.doubt else []
            row.value, row.said = quantity.value, [said]
        elif is_more and row.value is not None and quantity.value is not None:
            row.value, row.said = row.value + quantity.value, [*row.said, said]
            if row.value > MOST_PIECES:
                row.value, row.doubts = None, ["outside"]
        elif quantity.value != row.value or quantity.doubt:
            row.value, row.said = None, [*row.said, said]
            row.doubts = [quantity.doubt or "contradicts"]
        row.quantity = quantity
        row.spans.append(span)

    def _alone(self, quantity: Quantity, start: int, end: int, *, is_corrected: bool, has_goods: bool) -> None:
        """A quantity without an article beside it: of what was spoken of, of what comes, or of something unknown."""
        rest = self.text.text[start : quantity.start] + " " + self.text.text[quantity.end : end]
        words = self._words_beside(quantity, start, end)
        if words and not has_goods and not _EMPTY.fullmatch(rest):
            written = self.text.written(quantity.start, quantity.end)
            self.unknown.append(Unknown(words[0], written, self.text.span(*words[1])))
        elif self.topic is not None:
            self._add(self.topic, quantity)
        elif self.rows and not has_goods and _EMPTY.fullmatch(self.text.text, quantity.end, end):
            row = self.rows[-1]
            self._count(row, quantity, is_corrected=is_corrected, is_more=bool(_MORE.search(rest)))
        elif not has_goods and _EMPTY.fullmatch(rest):
            self.waiting = quantity

    def _words_beside(self, quantity: Quantity, start: int, end: int) -> tuple[str, tuple[int, int]] | None:
        """What is counted: the words behind a quantity, else those before it."""
        text = self.text.text
        behind = (quantity.end, min(end, quantity.end + _WIDE))
        before = (max(start, quantity.start - _WIDE), quantity.start)
        for begun, ended in (behind, before):
            lead, tail = _LEAD.match(text[begun:ended]), _TAIL.search(text[begun:ended])
            words = text[begun + (lead.end() if lead else 0) : begun + tail.start() if tail else ended].strip(" ,.:")
            if len(words) >= 2 and not _EMPTY.fullmatch(words) and not _NO_GOODS.search(words):
                first = text.index(words, begun)
                return self.text.written(first, first + len(words)), (first, first + len(words))
        return None

    def _wanted(self, start: int, end: int, mentions: list[Mention], counts: list[Quantity]) -> list[Mention] | None:
        """The articles of a clause without those that are not wanted any more, whose lines go; None: no more in it."""
        text = self.text.text
        negated = _NEGATES.search(text, start, end)
        if negated is None:
            return mentions
        if mentions:
            dropped = [one for one in mentions if _is_beside(text, one, negated)]
            for one in dropped:
                self._drop(one)
            return [one for one in mentions if one not in dropped] or None
        rest = text[start : negated.start()] + text[negated.end() : end]
        is_over = negated.group() != "算了" or len(text[negated.end() : end].strip()) < 2  # 算了还是你们送吧
        if self.rows and not counts and is_over and _EMPTY.fullmatch(rest):
            self.rows.pop()
            return None
        return mentions

    def _drop(self, mention: Mention) -> _Row | None:
        row = self._row_of(mention)
        self.rows = [other for other in self.rows if other is not row]
        return row

    def _swaps(self, words: str, start: int, mentions: list[Mention], counts: list[Quantity]) -> bool:
        """One article instead of another, by the same number unless another is said."""
        swap = _SWAPS.search(words)
        if swap is None or len(mentions) != 2 or not (mentions[0].end <= start + swap.start() < mentions[1].start):
            return False
        old, new = mentions if swap.group() != "instead of" else mentions[::-1]
        row = self._drop(old)
        quantity = counts[-1] if counts else row.quantity if row else None
        self._add(new, quantity)
        return True

    def _row_of(self, mention: Mention) -> _Row | None:
        """The line of the same article, or of one that may be the same."""
        same = [row for row in self.rows if row.mention.sku == mention.sku and row.mention.rivals == mention.rivals]
        same = same or [row for row in self.rows if row.mention.sku == mention.sku and not row.mention.rivals]
        if not same and mention.rivals:
            meant = {mention.sku, *mention.rivals}
            same = [row for row in self.rows if row.mention.sku in meant]
        return same[-1] if same else None

    def _is_settled_elsewhere(self, row: _Row) -> bool:
        """Words that may mean several, one of which was named in full and counted: not another line."""
        meant = {row.mention.sku, *row.mention.rivals}
        others = [one for one in self.rows if one is not row and not one.mention.rivals and one.mention.sku in meant]
        return bool(row.mention.rivals and others and row.quantity is None)

    def _line(self, row: _Row) -> Line:
        mention = row.mention
        quantity, doubts = row.value, list(row.doubts)
        if row.quantity is None:
            quantity = 1
            doubts.append("assumed")
        spans = tuple(sorted(dict.fromkeys(row.spans), key=lambda one: one.start))
        sku = self._meant(mention)
        if not sku:
            meant = (mention.sku, *mention.rivals)
            return Line("", quantity, spans, 0.4, tuple(row.said), (*doubts, "several"), meant)
        sure = 0.98 if mention.is_number else 0.7 if mention.rivals else 0.55 + 0.4 * mention.cover
        return Line(sku, quantity, spans, round(sure - 0.2 * bool(doubts), 2), tuple(row.said), tuple(doubts))

    def _meant(self, mention: Mention) -> str:
        """The article; of several the one that the words up to the next article speak for."""
        if not mention.rivals:
            return mention.sku
        following = min((start for start in self.starts if start > mention.end), default=len(self.text.text))
        end = min(following, mention.end + 40)
        return self.catalogue.closest((mention.sku, *mention.rivals), self.text.text, mention.start, end)


def _touches(quantity: Quantity, spans: Sequence[tuple[int, int]]) -> bool:
    return any(quantity.start < end and start < quantity.end for start, end in spans)


def _is_beside(text: str, mention: Mention, negated: re.Match[str]) -> bool:
    """`不要台灯了`, `台灯不要了`; in `台灯不要红色的` something else is not wanted."""
    if negated.end() <= mention.start:
        return bool(_EMPTY.fullmatch(text[negated.end() : mention.start]))
    between, after = text[mention.end : negated.start()], text[negated.end() : negated.end() + 2]
    return bool(_EMPTY.fullmatch(between)) and not re.match(r"[^\W了啦吧啊的]", after)


def _paired(
    mentions: Sequence[Mention], counts: Sequence[Quantity]
) -> tuple[list[tuple[Mention, Quantity | None]], list[Quantity]]:
    """Each article with the quantity beside it: as many pairs as there can be, and of these the closest."""
    events: list[_Event] = sorted([*mentions, *counts], key=lambda one: one.start)
    best: list[tuple[int, int, tuple[int, ...]]] = [(0, 0, ())]  # pairs, -distance, where pairs begin
    for place in range(len(events)):
        option = best[place]
        if place and (gap := _gap(events[place - 1], events[place])) is not None:
            count, near, begun = best[place - 1]
            option = max(option, (count + 1, near - gap, (*begun, place - 1)))
        best.append(option)
    firsts = set(best[-1][2])
    pairs: list[tuple[Mention, Quantity | None]] = []
    left: list[Quantity] = []
    place = 0
    while place < len(events):
        one, other = events[place], events[place + 1] if place in firsts else None
        place += 2 if other else 1
        both = (one, other)
        mention = next((each for each in both if isinstance(each, Mention)), None)
        quantity = next((each for each in both if isinstance(each, Quantity)), None)
        if mention is not None:
            pairs.append((mention, quantity))
        elif quantity is not None:
            left.append(quantity)
    return pairs, left


def _gap(left: _Event, right: _Event) -> int | None:
    """How far apart an article and a quantity stand; None: they do not belong together."""
    if isinstance(left, Mention) == isinstance(right, Mention):
        return None
    quantity = left if isinstance(left, Quantity) else right
    assert isinstance(quantity, Quantity)
    gap = right.start - left.end
    return gap if gap <= (_FAR if quantity.is_counted else 3) else None
