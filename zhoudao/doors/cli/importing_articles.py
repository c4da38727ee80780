"""`zhoudao import articles PATH`: a file or a folder of Markdown, HTML or tables; the same again changes nothing."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from zhoudao.doors.cli import Refused

_ENDINGS = (".md", ".markdown", ".html", ".htm", ".csv", ".tsv", ".xlsx")
_MOST_FILES = 500


def register(kinds: Any) -> None:
    """This will add the command."""
    parser = kinds.add_parser(
        "articles",
        help="articles of the knowledge base, from Markdown, HTML, CSV or Excel",
        description="Each article becomes a draft; a person approves it. A table has the columns code, language "
        "(zh-Hans, zh-Hant, en), title, summary, text, questions (parted by |), audience (public, staff, both), "
        "topics, skus, valid_from, valid_until; rows with the same code are languages of one article.",
    )
    parser.add_argument("path", type=Path, metavar="PATH", help="a file, or a folder with all below it")
    parser.add_argument("--review", action="store_true", help="send them to review at once")
    parser.add_argument("--owner", default="", metavar="EMAIL", help="who looks after them")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """This will take them over; 1 when something was wrong.

    Raises: Refused
    """
    from zhoudao.ground.accounts.models import User
    from zhoudao.rooms.knowledge.commands.importing import Taken

    owner = User.objects.filter(email=arguments.owner, is_active=True).first() if arguments.owner else None
    if arguments.owner and owner is None:
        raise Refused(f"Nobody who works here has the address {arguments.owner}.")
    whole = Taken()
    for path in _files(arguments.path):
        taken = _take(path, is_sent=arguments.review, owner_id=owner.id if owner else None)
        for name in ("new", "changed", "before", "wrong"):
            getattr(whole, name).extend(getattr(taken, name))
        for one in taken.wrong[:20]:
            print(f"  {path.name}, row {one.row}: {one.why}", file=sys.stderr)
    print(
        f"{len(whole.new):,} new, {len(whole.changed):,} changed, {len(whole.before):,} as they were, "
        f"{len(whole.wrong):,} wrong"
    )
    return 1 if whole.wrong else 0


def _take(path: Path, *, is_sent: bool, owner_id: Any) -> Any:
    from zhoudao.ground.accounts.viewer import Viewer
    from zhoudao.ground.installation import clock
    from zhoudao.rooms.knowledge.commands.importing import Taken, import_articles
    from zhoudao.rooms.knowledge.reading_files import Wrong, read_file
    from zhoudao.rooms.knowledge.refusals import ImportUnreadable

    viewer = Viewer(actor="system:import", permissions=frozenset(["articles:write"]))
    try:
        read = read_file(path.name, path.read_bytes())
    except ImportUnreadable as error:
        return Taken(wrong=[Wrong(0, str(error))])
    except OSError as error:
        raise Refused(f"{path}: {error}") from error
    return import_articles(read=read, is_sent=is_sent, owner_id=owner_id, viewer=viewer, at=clock.now())


def _files(path: Path) -> Iterator[Path]:
    """The files themselves, in order. Raises: Refused"""
    if not path.is_dir():
        yield path
        return
    found = sorted(one for one in path.rglob("*") if one.suffix.lower() in _ENDINGS and one.is_file())
    if not found or len(found) > _MOST_FILES:
        raise Refused(f"{path} has {len(found):,} files with articles; 1 to {_MOST_FILES} are taken at once.")
    yield from found
