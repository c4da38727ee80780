"""The cast of the tests: one retailer, a few people, known by name."""

from dataclasses import dataclass

from zhoudao.ground.accounts import viewer as viewers
from zhoudao.ground.accounts.models import Grant, Store, Team, User
from zhoudao.ground.accounts.viewer import Viewer

PASSWORD = "correct horse battery"

TEAMS = {
    "reception": {"zh-Hans": "客服接待", "zh-Hant": "客服接待", "en": "Reception"},
    "order_processing": {"zh-Hans": "订单处理", "zh-Hant": "訂單處理", "en": "Order processing"},
    "after_sales": {"zh-Hans": "售后", "zh-Hant": "售後", "en": "After-sales"},
    "customer_relations": {"zh-Hans": "客户关系", "zh-Hant": "客戶關係", "en": "Customer relations"},
    "rapid_reaction": {"zh-Hans": "快速反应", "zh-Hant": "快速反應", "en": "Rapid reaction"},
}
_PEOPLE = [
    ("wang", "王芳", "agent", "reception"),
    ("li", "李强", "agent", "reception"),
    ("zhao", "赵敏", "team_lead", "reception"),
    ("sun", "孙丽", "after_sales_clerk", "after_sales"),
    ("zhou", "周杰", "analyst", None),
    ("admin", "管理员", "administrator", None),
]


@dataclass(frozen=True)
class Cast:
    """Everybody by name, teams and stores by code."""

    people: dict[str, User]
    teams: dict[str, Team]
    stores: dict[str, Store]

    def viewer(self, name: str) -> Viewer:
        """What this person may do and see."""
        return viewers.of_user(self.people[name])


def company() -> Cast:
    """This will make the retailer: a web shop, one shop, five teams and six people who sign in with PASSWORD."""
    stores = {
        "web": Store.objects.get_or_create(code="web", defaults={"names": {"zh-Hans": "网店"}, "kind": "web"})[0],
        "nanjing": Store.objects.create(code="nanjing", names={"zh-Hans": "南京店"}, city="南京"),
    }
    teams = {code: Team.objects.get_or_create(code=code, defaults={"names": names})[0] for code, names in TEAMS.items()}
    people = {}
    for name, full, role, team in _PEOPLE:
        user = User.objects.create_user(email=f"{name}@example.com", password=PASSWORD, name=full)
        Grant.objects.create(user=user, role=role, team=teams[team] if team else None)
        people[name] = user
    return Cast(people, teams, stores)
