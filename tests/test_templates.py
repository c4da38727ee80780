"""Which compiled templates a process keeps."""

from pathlib import Path

import pytest
from django.template import Context, Engine, TemplateDoesNotExist

from zhoudao.config import templates


def engine(folder: Path, count: int) -> Engine:
    for number in range(count):
        (folder / f"page-{number}.html").write_text(f"page {number}")
    loaders = [("zhoudao.config.templates.Loader", ["django.template.loaders.filesystem.Loader"])]
    return Engine(dirs=[str(folder)], loaders=loaders)


def test_only_the_pages_used_last_are_kept_and_others_come_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(templates, "KEPT", 3)
    pages = engine(tmp_path, 5)
    frequent = pages.get_template("page-0.html")
    for number in range(1, 5):
        pages.get_template(f"page-{number}.html")
        assert pages.get_template("page-0.html") is frequent, "what is used stays"
    [loader] = pages.template_loaders
    assert list(loader.get_template_cache) == ["page-3.html", "page-4.html", "page-0.html"]
    assert pages.get_template("page-1.html").render(Context()) == "page 1"
    assert not frequent.source, "its text is not kept beside it"


def test_a_page_that_is_not_there_is_said_each_time(tmp_path: Path) -> None:
    pages = engine(tmp_path, 0)
    for _ in range(2):
        with pytest.raises(TemplateDoesNotExist):
            pages.get_template("nothing.html")
