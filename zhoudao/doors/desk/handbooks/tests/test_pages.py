"""Handbooks at the desk: read, approved, printed, followed."""

import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from zhoudao.conduct.handbooks.models import Edition, Print, Reading
from zhoudao.conduct.handbooks.tests.test_handbooks import FLOW, Desk, a_desk
from zhoudao.doors.desk.handbooks import tasks
from zhoudao.ground.files.store import read
from zhoudao.ground.installation import clock
from zhoudao.kit import paper

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]


@pytest.fixture
def desk(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Desk:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    desk = a_desk()
    monkeypatch.setattr(clock, "shown", lambda real: desk.bench.now)
    return desk


@pytest.fixture
def sign_in(desk: Desk) -> SignIn:
    """A browser in which somebody is signed in."""

    def enter(name: str) -> Client:
        people = desk.bench.cast.people | {"ma": desk.manager, "xu": desk.other}
        client = Client()
        client.force_login(people[name], backend="zhoudao.ground.accounts.backends.WithGrants")
        return client

    return enter


def test_from_a_version_to_an_approved_handbook_that_is_read(desk: Desk, sign_in: SignIn) -> None:
    version, team = desk.deploys(), desk.bench.cast.teams["reception"]
    list_of = reverse("handbooks_of_version", args=[version.id])
    ma, xu, wang = sign_in("ma"), sign_in("xu"), sign_in("wang")
    assert ma.post(list_of, {"team": str(team.id)}).status_code == 302
    edition = Edition.objects.get()
    address = reverse("handbook", args=[edition.id])
    ma.post(reverse("handbook_approve", args=[edition.id]))
    edition.refresh_from_db()
    assert edition.state == "draft"  # its maker does not approve it
    xu.post(reverse("handbook_approve", args=[edition.id]))
    assert "1" in wang.get(reverse("handbooks_count")).content.decode()
    page = wang.get(address)
    assert page.status_code == 200
    text = page.content.decode()
    for words in ("受理", "先问清楚", "弄清问题", "通知仓库", 'id="step-look"', "xu"):
        assert words in text
    assert "style=" not in text
    assert Reading.objects.get().opened_at == desk.bench.now
    wang.post(reverse("handbook_read", args=[edition.id]))
    assert Reading.objects.get().read_at == desk.bench.now
    who = sign_in("zhao").get(reverse("handbook_readers", args=[edition.id]))
    assert (who.context["done"], len(who.context["rows"])) == (1, 3)
    assert sign_in("zhao").post(reverse("handbook_remind", args=[edition.id])).status_code == 302
    assert "1 / 3" in ma.get(list_of).content.decode()


def test_it_is_for_its_people_and_for_who_reads_flows(desk: Desk, sign_in: SignIn) -> None:
    edition = desk.approves(desk.drafts(desk.deploys()))
    address = reverse("handbook", args=[edition.id])
    assert [sign_in(name).get(address).status_code for name in ("wang", "sun", "ma", "zhou")] == [200, 404, 200, 200]
    assert sign_in("wang").get(reverse("handbook_readers", args=[edition.id])).status_code == 403
    assert sign_in("wang").get(reverse("handbooks_of_version", args=[edition.version_id])).status_code == 403
    assert not Reading.objects.filter(user=desk.manager).exists()  # who only looks is no reader


def test_a_step_to_do_leads_to_its_page(desk: Desk, sign_in: SignIn) -> None:
    edition = desk.drafts(desk.deploys())
    desk.bench.opens()
    task = desk.bench.task("look")
    wang, address = sign_in("wang"), reverse("handbook_for_task", args=[task.id])
    assert address in wang.get(reverse("desk_task", args=[task.id])).content.decode()
    assert wang.get(address)["Location"] == reverse("desk_task", args=[task.id])
    desk.approves(edition)
    assert wang.get(address)["Location"] == f"{reverse('handbook', args=[edition.id])}#step-look"
    assert sign_in("sun").get(address).status_code == 404


def needs_pango() -> None:
    try:
        import weasyprint  # noqa: F401  # it looks for its libraries when it is loaded
    except OSError:
        if os.environ.get("REQUIRE_ALL"):
            raise
        pytest.skip("Pango is not installed")


def test_the_pdf_is_made_once_and_fetched(desk: Desk, sign_in: SignIn) -> None:
    needs_pango()
    edition = desk.approves(desk.drafts(desk.deploys()))
    wang, address = sign_in("wang"), reverse("handbook_print", args=[edition.id])
    assert wang.get(reverse("handbook_file", args=[edition.id])).status_code == 404
    wang.post(address)
    wang.post(address)
    one = Print.objects.get()
    assert one.state == "asked"
    tasks.print_handbook(str(one.id))
    tasks.print_handbook(str(one.id))
    one.refresh_from_db()
    assert (one.state, one.percent) == ("done", 100)
    assert reverse("handbook_file", args=[edition.id]) in wang.get(address).content.decode()
    answer = wang.get(reverse("handbook_file", args=[edition.id]))
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content[:5] == b"%PDF-"
    assert one.file is not None
    assert answer.content == read(one.file)
    assert sign_in("sun").get(reverse("handbook_file", args=[edition.id])).status_code == 404


def test_nothing_is_fetched_and_the_print_says_version_approval_and_pages(desk: Desk) -> None:
    edition = desk.approves(desk.drafts(desk.deploys(FLOW.replace("先问清楚", "'<img src=http://127.0.0.1/x.png>'"))))
    one = Print.objects.create(edition=edition, language="en", as_approved=True, asked_at=desk.bench.now)
    html = tasks.html_of(one)
    assert "&lt;img" in html
    assert "counter(pages)" in html
    assert "Flow version 1, edition 1" in html
    assert "approved by xu" in html
    with pytest.raises(paper.NothingElse):
        paper._refuse("http://127.0.0.1/x.png")


def test_without_pango_it_says_what_to_install(desk: Desk, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(one: Print) -> bytes:
        raise OSError("cannot load library 'libpango-1.0-0'")

    edition = desk.approves(desk.drafts(desk.deploys()))
    wang = sign_in("wang")
    wang.post(reverse("handbook_print", args=[edition.id]))
    monkeypatch.setattr(tasks, "_pdf", away)
    tasks.print_handbook(str(Print.objects.get().id))
    page = wang.get(reverse("handbook_print", args=[edition.id])).content.decode()
    assert "libpango-1.0-0" in page
    wang.post(reverse("handbook_print", args=[edition.id]))
    assert Print.objects.get().state == "asked"  # tried anew


def test_pages_cost_at_most_twelve_statements(desk: Desk, sign_in: SignIn, django_assert_max_num_queries: Any) -> None:
    edition = desk.approves(desk.drafts(desk.deploys()))
    wang, ma = sign_in("wang"), sign_in("ma")
    wang.get(reverse("handbook", args=[edition.id]))
    for client, address in (
        (wang, reverse("handbook", args=[edition.id])),
        (wang, reverse("handbooks")),
        (wang, reverse("handbooks_count")),
        (ma, reverse("handbooks_of_version", args=[edition.version_id])),
        (ma, reverse("handbook_readers", args=[edition.id])),
    ):
        with django_assert_max_num_queries(12):
            assert client.get(address).status_code == 200


def test_web_and_worker_never_load_the_printer() -> None:
    code = (
        "import sys, django; django.setup();"
        "import zhoudao.config.wsgi, zhoudao.config.urls, zhoudao.config.jobs;"
        "from django.urls import get_resolver; get_resolver().url_patterns;"
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'weasyprint', 'fontTools', 'PIL', 'pydyf'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=120)
    assert done.stdout.strip() == "[]", done.stderr[-2000:]
