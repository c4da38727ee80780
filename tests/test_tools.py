"""The tools that hold a change to its budgets and words."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

TOOLS = Path(__file__).resolve().parent.parent / "tools"


def tool(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"tools_{name}", TOOLS / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("a.py", '_("One")\nngettext("%d case", "%d cases", n)', {"One", "%d case"}),
        ("a.js", 'gettext("Two"); // gettext("no")\n', {"Two"}),
        ("a.html", '  {% trans "Three" %}\n{% if a %}\n {{ _("Four")|upper }}{% endif %}', {"Three", "Four"}),
        ("b.html", "{% blocktranslate count n=n %}{{ n }} (one) {% plural %}{{ n }} many{% endblocktranslate %}",
         {"%(n)s (one) "}),
    ],
)  # fmt: skip
def test_every_marked_word_is_found(tmp_path: Path, name: str, text: str, found: set[str]) -> None:
    (tmp_path / name).write_text(text)
    assert {message for _context, message, _plural in tool("translations")._strings(tmp_path / name)} == found


def test_a_translation_that_lost_a_placeholder_is_noticed() -> None:
    lost = tool("translations")._lost
    assert lost((None, "%(name)s waits", ""), "在等")
    assert not lost((None, "%(name)s waits", ""), "%(name)s 在等")


def test_a_long_function_is_noticed_and_a_wrapper_of_short_ones_is_not() -> None:
    measured = tool("budgets")._script_functions
    long = "function f() {\n" + "  a();\n" * 60 + "}\n"
    wrapper = "init(() => {\n" + "function g() {\n  if (a) {\n  b('}');\n  }\n}\n" * 30 + "});\n"
    assert max(length for _line, length in measured(long)) == 62
    assert max(length for _line, length in measured(wrapper)) < 10


def test_every_drawing_a_page_names_is_in_the_sprite() -> None:
    drawn = set(tool("assets").ICONS.read_text().split())
    pages = (Path(__file__).resolve().parent.parent / "zhoudao/doors").rglob("*.html")
    named = {name for page in pages for name in re.findall(r'{% icon "([^"]+)"', page.read_text("utf-8"))}
    assert len(named) > 50
    assert named <= drawn
