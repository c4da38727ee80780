"""A backup somebody made up writes nothing outside the folder of files."""

import io
import tarfile
from pathlib import Path

from zhoudao.doors.cli.archive import FILES
from zhoudao.doors.cli.restore import _restore_files

_GOOD = f"ab/{'c' * 32}"


def test_only_files_of_our_own_naming_come_back_and_none_outside_their_folder(tmp_path: Path) -> None:
    made = tmp_path / "made.tar"
    outside = tmp_path / "outside"
    with tarfile.open(made, "w") as tar:
        for name in (
            f"{FILES}/{_GOOD}",
            f"{FILES}/../outside",
            "../outside",
            str(outside),
            f"{FILES}/ab/../../outside",
        ):
            member = tarfile.TarInfo(name)
            member.size = 3
            tar.addfile(member, io.BytesIO(b"bad"))
        link = tarfile.TarInfo(f"{FILES}/ab/{'d' * 32}")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    folder = tmp_path / "files"
    with tarfile.open(made) as tar:
        assert _restore_files(tar, folder) == 1
    assert [str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file()] == [_GOOD]
    assert not outside.exists()
