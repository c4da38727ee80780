"""What can be done with customers."""

from zhoudao.rooms.customers.claims import Claim
from zhoudao.rooms.customers.commands.asserting import (
    Asserted,
    IdentitiesDisagree,
    NothingAsserted,
    assert_customer,
    assert_more,
    suggest_joining,
)
from zhoudao.rooms.customers.commands.describing import Description, ProfileUnsound, describe_customer
from zhoudao.rooms.customers.commands.erasing import ErasureUnsound, erase_customer
from zhoudao.rooms.customers.commands.exporting import WholeCompanyOnly, export_customer, need_whole_company
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
    "Asserted",
    "Claim",
    "CustomerNotFound",
    "Description",
    "ErasureUnsound",
    "FieldUnknown",
    "IdentitiesDisagree",
    "MayNotUnmask",
    "NotMerged",
    "NothingAsserted",
    "NothingToShow",
    "ProfileUnsound",
    "SameCustomer",
    "WholeCompanyOnly",
    "assert_customer",
    "assert_more",
    "describe_customer",
    "dismiss_suggestion",
    "erase_customer",
    "export_customer",
    "find_or_create_customer",
    "merge_customers",
    "need_whole_company",
    "suggest",
    "suggest_joining",
    "unmask",
    "unmerge_customer",
]
