"""What can be done with customers."""

from zhoudao.rooms.customers.claims import Claim
from zhoudao.rooms.customers.commands.describing import Description, ProfileUnsound, describe_customer
from zhoudao.rooms.customers.commands.erasing import erase_customer
from zhoudao.rooms.customers.commands.joining import (
    AlreadyMerged,
    CustomerNotFound,
    FieldUnknown,
    NotMerged,
    SameCustomer,
    merge_customers,
    unmerge_customer,
)
from zhoudao.rooms.customers.commands.meeting import find_or_create_customer
from zhoudao.rooms.customers.commands.suggesting import dismiss_suggestion, suggest
from zhoudao.rooms.customers.commands.unmasking import MayNotUnmask, NothingToShow, unmask

__all__ = [
    "AlreadyMerged",
    "Claim",
    "CustomerNotFound",
    "Description",
    "FieldUnknown",
    "MayNotUnmask",
    "NotMerged",
    "NothingToShow",
    "ProfileUnsound",
    "SameCustomer",
    "describe_customer",
    "dismiss_suggestion",
    "erase_customer",
    "find_or_create_customer",
    "merge_customers",
    "suggest",
    "unmask",
    "unmerge_customer",
]
