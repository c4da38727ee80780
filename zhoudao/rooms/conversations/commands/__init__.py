"""What can be done with conversations, messages and deliveries."""

from zhoudao.rooms.conversations.commands.deliveries import (
    accept_raw,
    fail_delivery,
    finish_delivery,
    ignore_delivery,
    raw_of,
)
from zhoudao.rooms.conversations.commands.drafting import drop_draft, drop_merged_drafts, save_draft
from zhoudao.rooms.conversations.commands.enclosing import drop_enclosure, enclose, take_enclosures
from zhoudao.rooms.conversations.commands.ending import end_conversation
from zhoudao.rooms.conversations.commands.installing import ensure_defaults, ensure_desk
from zhoudao.rooms.conversations.commands.receiving import Received, receive_message
from zhoudao.rooms.conversations.commands.replaying import replay_delivery
from zhoudao.rooms.conversations.commands.replying import add_note, reply, undo_reply, unmask_message
from zhoudao.rooms.conversations.commands.sending import (
    begin_sending,
    confirm_reply,
    mark_delivered,
    mark_failed,
    mark_sent,
    retry_reply,
)
from zhoudao.rooms.conversations.inbound import Inbound, Upload
from zhoudao.rooms.customers.claims import Claim

__all__ = [
    "Claim",
    "Inbound",
    "Received",
    "Upload",
    "accept_raw",
    "add_note",
    "begin_sending",
    "confirm_reply",
    "drop_draft",
    "drop_enclosure",
    "drop_merged_drafts",
    "enclose",
    "end_conversation",
    "ensure_defaults",
    "ensure_desk",
    "fail_delivery",
    "finish_delivery",
    "ignore_delivery",
    "mark_delivered",
    "mark_failed",
    "mark_sent",
    "raw_of",
    "receive_message",
    "replay_delivery",
    "reply",
    "retry_reply",
    "save_draft",
    "take_enclosures",
    "undo_reply",
    "unmask_message",
]
