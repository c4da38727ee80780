"""What can be done with customers."""

from zhoudao.rooms.customers.claims import Claim
from zhoudao.rooms.customers.commands.erasing import erase_customer
from zhoudao.rooms.customers.commands.joining import (
    AlreadyMerged,
    CustomerNotFound,
    NotMerged,
    SameCustomer,
    merge_customers,
    unmerge_customer,
)
from zhoudao.rooms.customers.commands.meeting import find_or_create_customer
from zhoudao.rooms.customers.commands.unmasking import MayNotUnmask, NothingToShow, unmask

__all__ = [
    "AlreadyMerged",
    "Claim",
    "CustomerNotFound",
    "MayNotUnmask",
    "NotMerged",
    "NothingToShow",
    "SameCustomer",
    "erase_customer",
    "find_or_create_customer",
    "merge_customers",
    "unmask",
    "unmerge_customer",
]
