"""Copies what the pages load from node_modules to zhoudao/static/vendor."""

import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES, VENDOR = ROOT / "node_modules", ROOT / "zhoudao/static/vendor"
ICONS = ROOT / "zhoudao/static_src/icons.txt"

FILES = {
    "htmx.js": "htmx.org/dist/htmx.min.js",
    "hx-sse.js": "htmx.org/dist/ext/hx-sse.min.js",
    "hx-csp.js": "htmx.org/dist/ext/hx-csp.min.js",
    "alpine.js": "@alpinejs/csp/dist/cdn.min.js",
    "echarts.js": "echarts/dist/echarts.min.js",
    "elk.js": "elkjs/lib/elk.bundled.js",
    "bpmn-modeler.js": "bpmn-js/dist/bpmn-modeler.production.min.js",
    "bpmn-viewer.js": "bpmn-js/dist/bpmn-navigated-viewer.production.min.js",
    "bpmn/bpmn-js.css": "bpmn-js/dist/assets/bpmn-js.css",
    "bpmn/diagram-js.css": "bpmn-js/dist/assets/diagram-js.css",
    "bpmn/bpmn-font": "bpmn-js/dist/assets/bpmn-font",
}
_MAP = re.compile(r"^\s*(//|/\*)[#@] sourceMappingURL=.*$", re.MULTILINE)  # the maps are not copied


def main() -> None:
    """This will make the folder anew: code, licences and one sprite of the icons in use."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    for name, source in FILES.items():
        _copy(MODULES / source, VENDOR / name)
        _licence(source)
    _licence("lucide-static/")
    (VENDOR / "icons.svg").write_text(_sprite(ICONS.read_text().split()))


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        target.write_text(_MAP.sub("", source.read_text()))


def _licence(source: str) -> None:
    package = "/".join(source.split("/")[: 2 if source.startswith("@") else 1])
    for path in [*sorted((MODULES / package).glob("LICENSE*")), *sorted((MODULES / package).glob("NOTICE*"))]:
        target = VENDOR / "licenses" / f"{package.replace('/', '-').lstrip('@')}-{path.stem}.txt"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)


def _sprite(names: list[str]) -> str:
    """Every icon as a symbol: `<svg class="icon"><use href="…/icons.svg#NAME"/></svg>`."""
    symbols = []
    for name in names:
        path = MODULES / "lucide-static" / "icons" / f"{name}.svg"
        if not path.exists():
            sys.exit(f"{ICONS.name}: there is no Lucide icon named {name}.")
        drawing = path.read_text().split("<svg", 1)[1].split(">", 1)[1].rsplit("</svg>", 1)[0]
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{_tight(drawing)}</symbol>')
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>\n'


def _tight(drawing: str) -> str:
    return re.sub(r">\s+<", "><", drawing).strip()


if __name__ == "__main__":
    main()
