"""Words that carry a mood by themselves, written by us: English has no shipped set of reviews to learn from.

A number is what the word adds to the log odds of being upset; a word after a negation counts the other way round.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_ENGLISH: dict[float, str] = {
    2.4: r"ridiculous|unacceptable|outrageous|disgusting|disgrace(?:ful)?|scam(?:mers?)?|fraud|liars?"
    r"|rip[- ]?off|pathetic|worst|horrible|terrible|awful|appalling|furious|fed up|sick of|hate|lawyer"
    r"|never (?:again|buy|order|come back)|waste of (?:time|money)|useless|garbage|rubbish|shame on|sue you"
    r"|want my money back|total waste|had enough|joke",
    1.7: r"angry|rude|disappoint(?:ed|ing|ment)|frustrat(?:ed|ing)|annoy(?:ed|ing)|complain(?:t|ing)?|unhappy"
    r"|upset|dissatisfied|poor(?:ly)? (?:quality|service|made)|excuses|ignor(?:ed|ing|es?)"
    r"|nobody (?:answers?|cares?|replie[sd])|no(?: one|body) (?:answers?|cares?|replie[sd]|helps?|called|came)"
    r"|hung up|lied|lies|nothing happen(?:s|ed)|still (?:waiting|no|not|nothing|hasn't|haven't|broken)"
    r"|i will report|broken promises?|not (?:good enough|working again)|overcharged|charged (?:me )?twice"
    r"|for (?:days|weeks|months)",
    0.8: r"broken?|broke|damaged|defective|faulty|late|delay(?:ed|s)?|wrong|missing|lost|fail(?:ed|s|ure)?|bad"
    r"|slow|problem|again|third time|second time|stopped working|does(?:n't| not) work|not work(?:ing)?"
    r"|never arrived|cheap|dirty|(?:one|two|three|four|five|\d+) (?:weeks|months)",
    -0.9: r"thanks?|thank you|appreciated?|good|nice|fine|glad|quick(?:ly)?|fast|easy|polite|kind|comfortable"
    r"|professional|friendly|solved|worked|works|on time|helpful",
    -1.8: r"great|excellent|amazing|awesome|fantastic|wonderful|perfect(?:ly)?|love(?:d|ly)?|happy|satisfied"
    r"|impressed|best|beautiful|brilliant|delighted|superb|outstanding|well done|recommend|pleased|very helpful",
}
_CHINESE: dict[float, str] = {
    2.0: r"投诉|举报|曝光|12315|消费者协会|消协|消保会|工商局|骗子|诈骗|欺骗|骗人|骗钱|坑人|坑爹|垃圾|烂透|气死"
    r"|气愤|愤怒|生气|忍无可忍|受够|太过分|过分了|离谱|岂有此理|推卸|踢皮球|恶劣|霸王条款|退钱|还我钱|没人管"
    r"|爱答不理|爱理不理|再也不|不会再来买|不满|失望|差评|什么破|破服务|垃圾产品|搞什么|不要脸|无耻",
    1.1: r"没人回复|没人接|没人理|没有人接|没有人联络|没人联系|没有下文|没下文|一直没|还没人|到现在都没|敷衍"
    r"|拖了|拖着|到底|无语|糟糕|太差|很差|极差|超烂|太烂|无法接受|不能接受|太夸张|又坏|又寄错|又发错|凭什么|推诿"
    r"|浪费我|催了|说好|根本",
    -0.8: r"谢谢|感谢|多谢|辛苦了|不错|挺好",
    -1.5: r"很满意|非常满意|满意|太好了|太棒|很棒|好评|点赞|给力|推荐给|真好|很好用|很喜欢|非常喜欢|超赞|赞$|开心"
    r"|太感谢|非常感谢|帮了大忙|帮了我大忙|物超所值|很专业|很亲切|很周到|很快",
}
_URGENT = re.compile(
    r"\b(?:urgent(?:ly)?|asap|immediately|right now|emergency|at once|today at the latest)\b"
    r"|\b(?:fire|smoke|injured|burn(?:t|ed)|electric shock)\b"
    r"|紧急|加急|急用|着急|很急|马上|立刻|立即|尽快|今天必须|漏电|触电|着火|起火|冒烟|爆炸|受伤|烫伤|过敏|住院|报警"
)
_NOT = re.compile(
    r"(?:\b(?:not|no|never|without|isn't|wasn't|aren't|don't|didn't|can't|cannot|hardly)\b(?:\s+[a-z']+){0,2}\s*"
    r"|(?:不是很?|不太|不够|并不|没有|没|不|别|无)(?:那么|觉得|怎么|什么|必要)?)$"
)
_VERY = re.compile(
    r"(?:\b(?:very|really|so|extremely|absolutely|totally|completely)\s+|太|非常|极其|特别|十分|真的?|超级?)$"
)
_POLITE = re.compile(
    r"\bthanks? in advance\b|\bthanks?,? (?:and|but)\b|谢谢[,，]?(?:那|请|麻烦)|多谢(?:告知|了)?[,，]?(?:那|请)"
)
_ENGLISH_WORDS = re.compile(
    r"\b(?:the|a|an|is|are|was|were|be|been|i|i'm|i've|you|your|you're|we|they|it|it's|my|me|this|that|to|of|in|on|for|and|or|but|not|no"
    r"|can|could|will|would|do|does|did|have|has|had|how|what|when|where|why|who|please|with|at|from|order|thanks?|hello|hi|so|very)\b"
)


@dataclass(frozen=True, slots=True)
class Said:
    """A word with its weight, and where it stands in the folded text."""

    start: int
    end: int
    weight: float


def _compiled(table: dict[float, str], template: str) -> list[tuple[re.Pattern[str], float]]:
    return [(re.compile(template.format(words)), weight) for weight, words in table.items()]


_MOODS = _compiled(_ENGLISH, r"\b(?:{})\b") + _compiled(_CHINESE, "(?:{})")


def said(text: str) -> Iterator[Said]:
    """The words of a folded text that carry a mood, negation and emphasis counted."""
    polite = [match.span() for match in _POLITE.finditer(text)]
    for pattern, weight in _MOODS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(begin <= start < stop for begin, stop in polite):
                continue
            before = text[max(0, start - 24) : start]
            negated, stressed = _NOT.search(before), _VERY.search(before)
            if negated:
                yield Said(start - len(negated[0]), end, -0.8 * weight if weight < 0 else -0.3 * weight)
            else:
                yield Said(start - len(stressed[0]) if stressed else start, end, weight * (1.4 if stressed else 1.0))


def is_urgent(text: str) -> bool:
    """Whether a folded text presses for time or speaks of danger."""
    return _URGENT.search(text) is not None


def english_words(text: str) -> int:
    """How many words of a folded text are common English ones."""
    return len(_ENGLISH_WORDS.findall(text))
