"""The page on which managers say when customers are asked."""

import pytest
from django.test import Client

from zhoudao.ground.accounts.tests.cast import Cast, company
from zhoudao.rooms.voice.asking import follow_up_rule

pytestmark = pytest.mark.django_db
PATH = "/desk/settings/follow-up/"
WISH = {"is_on": "on", "delay_minutes": "30", "rest_days": "14", "quiet_from": "20:00", "quiet_until": "10:00"}
WISH |= {"asks_orders": "on", "order_days": "3"}


@pytest.fixture
def cast() -> Cast:
    return company()


def sign_in(cast: Cast, name: str) -> Client:
    client = Client()
    client.force_login(cast.people[name], backend="zhoudao.ground.accounts.backends.WithGrants")
    return client


def test_the_rule_is_kept_and_shown(cast: Cast) -> None:
    client = sign_in(cast, "admin")
    asked = {"store": [str(cast.stores["nanjing"].id)]}
    assert client.post(PATH, WISH | asked).status_code == 302
    rule = follow_up_rule()
    assert (rule.asks_orders, rule.order_days, rule.silent_stores) == (True, 3, [cast.stores["web"].id])
    assert (rule.delay_minutes, rule.rest_days, f"{rule.quiet_from:%H:%M}") == (30, 14, "20:00")
    page = client.get(PATH).content.decode()
    assert 'value="14"' in page
    assert 'value="20:00"' in page


@pytest.mark.parametrize(
    "wrong", [{"delay_minutes": "-1"}, {"quiet_until": ""}, {"rest_days": "often"}, {"order_days": "0"}]
)
def test_a_wrong_rule_is_refused_in_words_and_what_was_typed_stays(cast: Cast, wrong: dict[str, str]) -> None:
    page = sign_in(cast, "admin").post(PATH, WISH | wrong)
    assert page.status_code == 422
    assert 'role="alert"' in page.content.decode()
    assert follow_up_rule().delay_minutes == 0


def test_who_may_only_look_changes_nothing(cast: Cast) -> None:
    assert sign_in(cast, "zhao").post(PATH, WISH).status_code == 403
    assert follow_up_rule().delay_minutes == 0
