"""The words people read: are they all there in Chinese, and how new ones get in.

Without options: fails when a marked string has no translation, or one that lost a placeholder.
`--update` writes new strings into zhoudao/locale and drafts traditional from simplified Chinese;
`--fill FILE` first takes simplified Chinese from a JSON object {English: Chinese}; `--compile` makes the .mo files.
"""

import argparse
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "zhoudao"
SIMPLIFIED, TRADITIONAL = "zh_Hans", "zh_Hant"
DOMAINS = {"django": ("py", "html", "txt"), "djangojs": ("js",)}
_SKIPPED = {"tests", "migrations", "vendor", "node_modules", "locale"}
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
_DRAFTED = {"程式碼": "代碼", "型別": "類型", "隻剩": "只剩"}
_Key = tuple[str | None, str, str]  # context, text, plural


def main() -> None:
    """This will do what the options say."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--fill", type=Path)
    parser.add_argument("--compile", action="store_true")
    options = parser.parse_args()
    if options.compile:
        for path in PACKAGE.glob("locale/*/LC_MESSAGES/*.po"):
            polib.pofile(str(path)).save_as_mofile(str(path.with_suffix(".mo")))
    elif options.update or options.fill:
        _update(json.loads(options.fill.read_text()) if options.fill else {})
    else:
        problems = [problem for domain in DOMAINS for problem in _problems(domain)]
        print("\n".join(problems) or "translations: complete")
        sys.exit(1 if problems else 0)


def _problems(domain: str) -> Iterator[str]:
    marked = _marked(domain)
    for language in (SIMPLIFIED, TRADITIONAL):
        known = {_key(entry): entry for entry in _open(language, domain)}
        for key, places in sorted(marked.items(), key=str):
            entry = known.get(key)
            said = _said(entry) if entry else []
            where = f"{language} {domain} {sorted(places)[0]}: {key[1]!r}"
            if not said or not all(said):
                yield f"{where} has no translation"
            elif entry is not None and entry.fuzzy:
                yield f"{where} is marked fuzzy"
            elif any(_lost(key, text) for text in said):
                yield f"{where} and its translation differ in placeholders"


def _lost(key: _Key, text: str) -> bool:
    wanted = set(_PLACEHOLDER.findall(key[2] or key[1]))
    return set(_PLACEHOLDER.findall(text)) != wanted


def _update(simplified: dict[str, str]) -> None:
    import opencc

    convert = opencc.OpenCC("s2twp").convert
    for domain in DOMAINS:
        marked = _marked(domain)
        if not marked:
            continue
        source = _rewrite(SIMPLIFIED, domain, marked, lambda entry: simplified.get(entry.msgid, ""))
        hans = {_key(entry): (_said(entry) or [""])[0] for entry in source}
        _rewrite(TRADITIONAL, domain, marked, lambda entry, hans=hans: _corrected(convert(hans[_key(entry)])))


def _corrected(draft: str) -> str:
    """What was drafted as programmers say it, as shops do."""
    for drafted, said in _DRAFTED.items():
        draft = draft.replace(drafted, said)
    return draft


def _rewrite(language: str, domain: str, marked: dict[_Key, set[str]], first: object) -> polib.POFile:
    """This will keep what is known, add what is new and drop what is no longer marked."""
    old = _open(language, domain)
    known = {_key(entry): entry for entry in old}
    new = polib.POFile(wrapwidth=118)
    new.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Language": language,
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    for key, places in sorted(marked.items(), key=lambda item: (item[0][1], str(item[0]))):
        entry = known.get(key) or polib.POEntry(msgctxt=key[0], msgid=key[1], msgid_plural=key[2])
        entry.occurrences = [(place, "") for place in sorted(places)]
        if not any(_said(entry)):
            text = first(entry)  # type: ignore[operator]  # a function of the entry
            entry.msgstr, entry.msgstr_plural = ("", {0: text}) if key[2] else (text, {})
        new.append(entry)
    path = _path(language, domain)
    path.parent.mkdir(parents=True, exist_ok=True)
    new.save(str(path))
    return new


def _marked(domain: str) -> dict[_Key, set[str]]:
    """Every marked string of the domain, with the files that mark it."""
    found: dict[_Key, set[str]] = {}
    for ending in DOMAINS[domain]:
        for path in sorted(PACKAGE.glob(f"**/*.{ending}")):
            if not _SKIPPED & set(path.parts):
                for key in _strings(path):
                    found.setdefault(key, set()).add(str(path.relative_to(ROOT)))
    return found


def _strings(path: Path) -> Iterator[_Key]:
    from io import BytesIO

    from babel.messages.extract import extract

    text, method = path.read_text(), {"py": "python", "js": "javascript"}.get(path.suffix[1:], "python")
    if path.suffix in (".html", ".txt"):
        text = _as_code(text)
    for _line, message, _comments, context in extract(method, BytesIO(text.encode()), _keywords()):
        parts = message if isinstance(message, tuple) else (message,)
        yield (context, parts[0], parts[1] if len(parts) > 1 else "")


def _as_code(template: str) -> str:
    """A template's marked strings as the calls Django makes of them; all else is blanked out."""
    from django.utils.translation.template import templatize

    return "\n".join(line.strip() for line in templatize(template).splitlines())


def _keywords() -> dict[str, tuple[object, ...] | None]:
    plain: dict[str, tuple[object, ...] | None] = {
        name: None for name in ("_", "gettext", "gettext_lazy", "gettext_noop")
    }
    plain |= {name: (1, 2) for name in ("ngettext", "ngettext_lazy")}
    plain |= {name: ((1, "c"), 2) for name in ("pgettext", "pgettext_lazy")}
    return plain | {name: ((1, "c"), 2, 3) for name in ("npgettext", "npgettext_lazy")}


def _open(language: str, domain: str) -> polib.POFile:
    path = _path(language, domain)
    return polib.pofile(str(path)) if path.exists() else polib.POFile()


def _path(language: str, domain: str) -> Path:
    return PACKAGE / "locale" / language / "LC_MESSAGES" / f"{domain}.po"


def _key(entry: polib.POEntry) -> _Key:
    return (entry.msgctxt, entry.msgid, entry.msgid_plural or "")


def _said(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


if __name__ == "__main__":
    main()
