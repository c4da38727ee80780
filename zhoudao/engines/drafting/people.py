"""Who gets it, and what else was asked for."""

import re

from zhoudao.engines.drafting.facts import Found
from zhoudao.engines.drafting.folded import Folded

_HAN = "\u3400-\u9fff"
_TITLES = "先生|女士|小姐|太太|老师|师傅|经理|阿姨"
_NAMED = re.compile(
    r"(?:收件人|收货人|联系人|姓名|名字|我叫|他叫|她叫|我是|免贵姓|我姓|姓)(?:就?是|叫|为|写|填|[: ]){0,3}"
    rf"(?P<name>[{_HAN}·]{{1,4}}?)(?P<title>{_TITLES})?(?=[,;:。、，；!！\s]|$|电话|手机|地址|收|的|吧|,|她|他)"
)
_TITLED = re.compile(
    rf"(?:给|是|找|写|叫|交给|[,;:。、\s]|^)(?![找给是叫写我])(?P<name>[{_HAN}]{{1,2}}?)(?P<title>{_TITLES})(?!好|您好|你好)"
)
_ENGLISH = re.compile(
    r"(?i:my name is|name is|name[: ]+|recipient(?: is)?[: ]+|this is|i am|i'm|deliver to|ship to"
    r"|(?:attention|contact)[: ]+)"
    r"\s*(?P<name>[A-Z][\w'-]{1,20}(?: [A-Z][\w'-]{1,20}){0,2})",
)
_SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭"
    "廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路"
)
_DOUBLE = re.compile(r"欧阳|司马|诸葛|上官|夏侯|皇甫|尉迟|公孙|慕容|令狐|司徒|端木|东方|南宫")
_NO_NAME = re.compile(r"要|买|想|订|在|你|您|谁|这|那|一|说|问|找|打|们")
_NEVER = re.compile(r"什么|老客|会员|公司|客户|下单|常客|单位|想要|要买|你们|您好|客服")
_REMARK = re.compile(r"(?:备注|留言|另外说明|remark|note)(?:一下|写|是|[: ,]){0,3}(?P<words>[^\n。]{2,200})")
_WISH = re.compile(
    r"麻烦|请|最好|务必|尽量|记得|帮我?|别|不要|周[一二三四五六日末]|星期|白天|晚上|上午|下午|工作日|送货前|到货前|放|轻拿"
    r"|\bplease\b|\bleave\b|\bcall before\b|\bafter\b|\bbefore\b"
)
_ABOUT = re.compile(
    r"送|放|打电话|电话联系|联系|包装|包好|发票|轻|门口|前台|驿站|丰巢|安装|上门|礼盒|贺卡|敲门|按门铃|leave|call|wrap|invoice|gift|deliver|door|reception"
)


def name_in(text: Folded) -> Found:
    """Who gets it. A surname with a title is as much as was said."""
    found = [match for pattern in (_NAMED, _TITLED) for match in pattern.finditer(text.text) if _is_name(text, match)]
    english = _ENGLISH.search(text.original)
    if not found:
        return _plain(text, english) if english else Found()
    best = min(found, key=lambda match: (match.re is not _NAMED, len(match["name"]) == 1, match.start()))
    start, end = best.start("name"), best.end("title") if best["title"] else best.end("name")
    text.take(start, end)
    has_surname = best["name"][0] in _SURNAMES or bool(_DOUBLE.match(best["name"]))
    sure = 0.9 if has_surname and len(best["name"]) > 1 else 0.75 if has_surname else 0.5
    doubts = ("surname",) if len(best["name"]) == 1 else ()
    return Found(text.written(start, end), (text.span(start, end),), sure, doubts)


def _plain(text: Folded, match: re.Match[str]) -> Found:
    places = [place for place, origin in enumerate(text.places) if match.start("name") <= origin < match.end("name")]
    if not places or not text.is_free(places[0], places[-1] + 1):
        return Found()
    text.take(places[0], places[-1] + 1)
    return Found(match["name"], (text.span(places[0], places[-1] + 1),), 0.8)


def _is_name(text: Folded, match: re.Match[str]) -> bool:
    start, end = match.span("name")
    has_surname = match["name"][0] in _SURNAMES
    if (
        not text.is_free(start, end)
        or _NEVER.search(match["name"])
        or (_NO_NAME.search(match["name"]) and not has_surname)
    ):
        return False
    return has_surname if len(match["name"]) == 1 or match["title"] else True


def remark_in(text: Folded) -> Found:
    """What else is to be minded: said to be a remark, or wished of how it is brought."""
    labelled = _REMARK.search(text.text)
    if labelled and text.is_free(*labelled.span("words")):
        start, end = labelled.span("words")
        text.take(start, end)
        return Found(text.written(start, end).strip(), (text.span(start, end),), 0.9)
    parts = []
    for start, end in list(text.clauses()):
        words = text.text[start:end]
        if _WISH.search(words) and _ABOUT.search(words) and not re.search(r"地址|吗|呢", words):
            parts.append((start, end))
    if not parts:
        return Found()
    for start, end in parts:
        text.take(start, end)
    value = "；".join(text.written(start, end).strip() for start, end in parts[:5])
    return Found(value, tuple(text.span(start, end) for start, end in parts[:5]), 0.6)
