"""Roles and what each may do. A permission is `<resource>:<verb>`; API scopes are the same words."""

PUBLIC = "public"
SIGNED_IN = "signed_in"

_STAFF = frozenset(["suggestions:write", "articles:read"])  # everybody who works here
_OF_ORDERS = frozenset(["shipments:read", "tracking-events:read", "holds:read"])  # with `orders:read`
_AGENT = _OF_ORDERS | frozenset(
    [
        "cases:read",
        "cases:write",
        "cases:transfer",
        "messages:read",
        "messages:write",
        "conversations:read",
        "customers:read",
        "customers:write",
        "customers:unmask",
        "tasks:read",
        "tasks:write",
        "events:read",
        "metrics:read",
        "bookings:read",
        "bookings:write",
        "incidents:read",
        "stock:read",
        "products:read",
        "orders:read",
        "orders:write",
        "shipments:write",
        "returns:read",
        "returns:write",
        "repairs:read",
        "repairs:write",
        "articles:write",
    ]
)
_REFUNDS = frozenset(["refunds:approve", "refunds:pay"])
_LEAD = _AGENT | frozenset(
    [
        "cases:assign_any",
        "causes:write",
        "intake:read",
        "intake:write",
        "stuck:read",
        "incidents:write",
        "team:read",
        "replies:share",
        "organisations:write",
        "routing:write",
        "queue:write",
        "bookings:manage",
        "flows:bend",
        "on_call:write",
        "stock:write",
        "picking:write",
        "picking:confirm",
        "metrics:target",
        "holds:write",
        "returns:inspect",
        "quality:read",
        "quality:write",
        *_REFUNDS,
        "articles:approve",
        *("visits:read", "visits:write", "visits:make"),
    ]
)
_MANAGER = _OF_ORDERS | frozenset(
    [
        "causes:write",
        "cases:read",
        "conversations:read",
        "messages:read",
        "customers:read",
        "tasks:read",
        "events:read",
        "metrics:read",
        "metrics:target",
        "flows:read",
        "flows:write",
        "stuck:read",
        "stuck:write",
        "flows:bend",
        "incidents:read",
        "incidents:write",
        "risks:write",
        "intake:read",
        "authority:write",
        "portal:write",
        "intake:write",
        "team:read",
        "on_call:write",
        "stock:read",
        "orders:read",
        "returns:read",
        "repairs:read",
        "refunds:approve",
        "quality:read",
        "quality:write",
        *("insight:read", "insight:write", "improvement:read", "improvement:write", "triage:read"),
        *("articles:write", "articles:approve"),
        *("products:read", "products:write"),
    ]
)
_CLERK = _OF_ORDERS | frozenset(
    [
        *("cases:read", "conversations:read", "messages:read", "customers:read", "tasks:read", "tasks:write"),
        *("metrics:read", "incidents:read", "stock:read", "orders:read", "returns:read", "repairs:read"),
        "products:read",
    ]
)

_WORK: dict[str, frozenset[str]] = {
    "administrator": _LEAD
    | _MANAGER
    | frozenset(["settings:read", "settings:write", "team:write", "tokens:write", "counter:write"])
    | frozenset(["webhooks:read", "webhooks:write"])
    | frozenset(["customers:export", "customers:erase"]),
    "process_manager": _MANAGER,
    "team_lead": _LEAD,
    "agent": _AGENT,
    "order_clerk": _CLERK
    | frozenset(["messages:write", "cases:write", "stock:write"])  # works behind the contact person: no transfer
    | frozenset(["orders:write", "shipments:write", "customers:unmask", "holds:write"]),
    "warehouse_worker": _OF_ORDERS
    | frozenset(["tasks:read", "tasks:write", "stock:read", "stock:write", "orders:read"])
    | frozenset(["picking:write", "returns:read", "returns:inspect", "products:read"]),
    "after_sales_clerk": _CLERK
    | _REFUNDS
    | frozenset(["returns:write", "returns:inspect", "quality:read", "repairs:write", "articles:write"])
    | frozenset(["messages:write", "cases:write", "cases:transfer", "customers:write", "customers:unmask"])
    | frozenset(["bookings:read", "bookings:write", "orders:write", "shipments:write"])
    | frozenset(["visits:read", "visits:write", "visits:make"]),
    "engineer": _CLERK
    | frozenset(["bookings:read", "bookings:write", "visits:make", "repairs:write", "articles:write"]),
    "store_staff": (_AGENT - {"customers:unmask"})
    | {"counter:write", "stock:write", "picking:write", "returns:inspect"},
    "adviser": _AGENT,
    "analyst": frozenset(["cases:read", "events:read", "metrics:read", "flows:read", "team:read", "incidents:read"])
    | {"stock:read", "orders:read", "returns:read", "repairs:read", "insight:read", "insight:write", "triage:read"}
    | {"products:read"}
    | _OF_ORDERS,
}
ROLES: dict[str, frozenset[str]] = {role: rights | _STAFF for role, rights in _WORK.items()} | {"api": frozenset()}

# What these change or show is everybody's: a role held in one store or team gives none of them.
COMPANY_WIDE = frozenset(
    [
        *("settings:write", "portal:write", "authority:write", "stuck:write"),
        *("articles:approve", "products:write"),
        *("insight:read", "insight:write", "improvement:read", "improvement:write", "triage:read"),
    ]
)

SCOPES = frozenset(
    [
        "messages:read",
        "messages:write",
        "conversations:read",
        "cases:read",
        "cases:write",
        "cases:transfer",
        "tasks:read",
        "tasks:write",
        "customers:read",
        "customers:write",
        "customers:export",
        "customers:erase",
        "events:read",
        "metrics:read",
        "flows:read",
        "flows:write",
        "flows:bend",
        "webhooks:read",
        "webhooks:write",
        "bookings:read",
        "bookings:write",
        "team:read",
        "on_call:write",
        "incidents:read",
        "stock:read",
        "stock:write",
        *("products:read", "products:write"),
        "orders:read",
        "orders:write",
        "shipments:read",
        "shipments:write",
        "tracking-events:read",
        "tracking-events:write",
        "holds:read",
        "holds:write",
        "repairs:read",
        "repairs:write",
        "returns:read",
        "returns:write",
        "returns:inspect",
        "articles:read",
        "articles:write",
        "articles:approve",
        "identity:assert",
        "demo:replay",
    ]
)


def permissions_of(roles: list[str]) -> frozenset[str]:
    """All permissions of these roles together; an unknown role gives none."""
    return frozenset().union(*(ROLES.get(role, frozenset()) for role in roles))
