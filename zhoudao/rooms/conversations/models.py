"""Channels, what arrived on them, threads and messages."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_noop

from zhoudao.ground.accounts.models import Store
from zhoudao.ground.files.models import StoredFile
from zhoudao.kit.ids import uuid7
from zhoudao.rooms.conversations.indexing import VERSION
from zhoudao.rooms.customers.models import Customer

UNCONFIRMED = gettext_noop("It may have arrived: the other side never said. Look or ask before you send it again.")


class Channel(models.Model):
    """A configured channel instance: one mailbox, one shop page's widget, one API client's door."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.SlugField(max_length=40, unique=True)
    kind = models.CharField(max_length=16)  # api, webchat, email, …
    names = models.JSONField(default=dict)
    store = models.ForeignKey(Store, models.PROTECT)
    is_active = models.BooleanField(default=True)
    config = models.JSONField(default=dict)  # nothing secret
    secrets_sealed = models.BinaryField(null=True)  # sealed JSON: passwords, signing keys
    state = models.JSONField(default=dict)  # the channel's own cursor: UIDVALIDITY, last UID, last error


class Delivery(models.Model):
    """What came in, before anybody understood it. The key is the sender's own id of it on this channel."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    channel = models.ForeignKey(Channel, models.PROTECT)
    key = models.CharField(max_length=250)
    digest = models.BinaryField(max_length=32)
    status = models.CharField(max_length=10, default="received")  # received, parsed, failed, ignored
    reason = models.CharField(max_length=60, blank=True)  # code: too_large, unreadable, key_reused, auto_reply …
    detail = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    raw_sealed = models.BinaryField(null=True)
    size = models.PositiveIntegerField(default=0)
    received_at = models.DateTimeField()
    next_try_at = models.DateTimeField(null=True)
    message = models.ForeignKey("Message", models.SET_NULL, null=True, related_name="deliveries")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "key"], name="one_delivery_a_key")]
        indexes = [
            models.Index(fields=["received_at", "id"], name="delivery_newest"),
            models.Index(fields=["status", "received_at"], name="delivery_open", condition=~models.Q(status="parsed")),
            models.Index(  # a mail by its sender's Message-ID
                fields=["key"],
                name="delivery_mail",
                opclasses=["varchar_pattern_ops"],
                condition=models.Q(key__startswith="<"),
            ),
        ]


class ChannelHour(models.Model):
    """What a channel brought in one hour (UTC), counted from its deliveries: its normal pattern is learned from it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="hours")
    hour = models.DateTimeField(db_index=True)
    received = models.PositiveIntegerField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "hour"], name="one_count_an_hour")]


class Conversation(models.Model):
    """One thread with one customer on one channel. After it ended a new message starts the next one."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    channel = models.ForeignKey(Channel, models.PROTECT)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="conversations")
    store = models.ForeignKey(Store, models.PROTECT)
    subject = models.CharField(max_length=250, blank=True)
    language = models.CharField(max_length=10, default="zh-Hans")
    follows = models.ForeignKey("self", models.SET_NULL, null=True)
    # the same matter on another channel: its case is that of `main`, which never has a main itself
    main = models.ForeignKey("self", models.PROTECT, null=True, related_name="sides", db_index=False)
    split_from = models.ForeignKey("self", models.SET_NULL, null=True, related_name="parts")
    split_at = models.DateTimeField(null=True)  # what was said until then was taken from `split_from`
    order_number = models.CharField(max_length=60, blank=True)
    wanted_kind = models.CharField(max_length=16, blank=True, db_default="", default="")  # said by who began it
    wanted_tier = models.CharField(max_length=12, blank=True, db_default="", default="")
    started_at = models.DateTimeField()
    last_message_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["customer", "channel"], name="open_conversation", condition=models.Q(ended_at=None)),
            models.Index(fields=["main"], name="conversation_side", condition=~models.Q(main=None)),
            models.Index(fields=["order_number"], name="conversation_order", condition=~models.Q(order_number="")),
            models.Index(fields=["last_message_at"], name="order_talk", condition=~models.Q(order_number="")),
        ]


class Message(models.Model):
    """One message or private note. `text` is masked; what was really written is sealed beside it when it differs."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    conversation = models.ForeignKey(Conversation, models.PROTECT, related_name="messages")
    direction = models.CharField(max_length=4)  # in, out, note
    actor = models.CharField(max_length=120)
    author_name = models.CharField(max_length=80, blank=True)  # a colleague's name; never a customer's
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)  # cleaned by nh3, masked
    original_sealed = models.BinaryField(null=True)
    external_id = models.CharField(max_length=250, blank=True)
    status = models.CharField(
        max_length=10, default="received"
    )  # in: received; out: queued sending sent delivered failed undone
    failure = models.CharField(max_length=250, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    send_after = models.DateTimeField(null=True)
    is_auto = models.BooleanField(default=False)  # acknowledgements, surveys: nobody's words
    expects_answer = models.BooleanField(default=True)  # out: the next turn is the customer's
    sent_at = models.DateTimeField()
    created_at = models.DateTimeField()
    search = SearchVectorField(null=True)  # see `indexing`; null once the words are erased
    index_version = models.PositiveSmallIntegerField(default=0, db_default=0)  # which `indexing` wrote `search`
    was_interrupted = False  # of one that is being sent: see `begin_sending`

    class Meta:
        indexes = [
            models.Index(fields=["conversation", "created_at", "id"], name="thread_order"),
            models.Index(
                fields=["send_after"], name="message_outbox", condition=models.Q(status__in=["queued", "sending"])
            ),
            models.Index(fields=["created_at", "id"], name="message_trouble", condition=~models.Q(failure="")),
            GinIndex(fields=["search"], name="message_search", fastupdate=False),
            models.Index(
                fields=["-created_at", "-id"],
                name="message_to_index",
                condition=models.Q(index_version__lt=VERSION),
            ),
        ]

    @property
    def is_unconfirmed(self) -> bool:
        """Whether an answer may have arrived though it counts as failed."""
        return self.status == "failed" and self.failure.partition("\n")[0] == UNCONFIRMED


class Emotion(models.Model):
    """How a customer's message sounds; see `engines.language`. `mood` is what counts: a person's word before ours."""

    message = models.OneToOneField(Message, models.CASCADE, primary_key=True, related_name="emotion")
    score = models.SmallIntegerField(null=True)  # -100 upset to 100 pleased; null: too little to judge
    confidence = models.PositiveSmallIntegerField()  # per cent
    is_urgent = models.BooleanField()
    evidence = ArrayField(models.SmallIntegerField(), default=list)  # [start, end, start, end …] in the message's text
    version = models.PositiveSmallIntegerField()  # which model judged
    mood = models.SmallIntegerField(null=True)  # -1 upset, 0 calm, 1 pleased, null unknown
    label = models.CharField(
        max_length=8, blank=True, db_default="", default=""
    )  # a person's word: what learning needs
    labelled_by = models.UUIDField(null=True)
    labelled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["labelled_at"], name="emotion_label", condition=~models.Q(label=""))]


class Listening(models.Model):
    """How far messages were judged (one row): events read, and how far back older messages were looked at."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    cursor_xid = models.BigIntegerField()
    cursor_id = models.UUIDField()
    version = models.PositiveSmallIntegerField()
    back_to = models.UUIDField(null=True)
    is_whole = models.BooleanField(default=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_listening")]


class Attachment(models.Model):
    """A file of a message; its name is sealed, its type is what its content shows."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    message = models.ForeignKey(Message, models.CASCADE, related_name="attachments")
    file = models.ForeignKey(StoredFile, models.PROTECT)
    name_sealed = models.BinaryField()


class Enclosure(models.Model):
    """A file put with an answer that is being written; its writer's alone, as the draft is."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE)
    user_id = models.UUIDField()
    file = models.ForeignKey(StoredFile, models.PROTECT)
    name_sealed = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["conversation", "user_id"], name="enclosure_draft")]


class Call(models.Model):
    """How a telephone call went; what was said, and any recording, is its message's."""

    message = models.OneToOneField(Message, models.CASCADE, primary_key=True, related_name="call")
    started_at = models.DateTimeField()
    wait_seconds = models.PositiveIntegerField()
    talk_seconds = models.PositiveIntegerField()  # 0: nobody spoke
    ended_by = models.CharField(max_length=10)  # customer, colleague, network
    answered_by = models.CharField(max_length=120, blank=True)  # an actor

    class Meta:
        indexes = [models.Index(fields=["-started_at", "message"], name="call_newest")]

    @property
    def is_answered(self) -> bool:
        """Whether anybody spoke with the customer."""
        return self.talk_seconds > 0


class Draft(models.Model):
    """What a colleague has begun to write: theirs alone, untouched by anything others do to the conversation."""

    conversation = models.ForeignKey(Conversation, models.CASCADE)
    user_id = models.UUIDField()
    direction = models.CharField(max_length=4, default="out")
    text = models.TextField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "user_id"], name="one_draft_a_person")]
