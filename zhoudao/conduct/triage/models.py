"""What was judged of each message, and what people said instead. Neither holds a word of the customer's."""

from django.db import models

from zhoudao.rooms.conversations.models import Message


class Proposal(models.Model):
    """What a model makes of a customer's message. `confidence`: per cent, by field (language, kind, topic, urgency,
    emotion). `evidence`: by field, [[start, end]…] in the message's text. `entities`: [[kind, start, end]…] there.
    """

    message = models.OneToOneField(Message, models.CASCADE, primary_key=True, related_name="proposal")
    language = models.CharField(max_length=8)
    kind = models.CharField(max_length=16)  # a case's kind, or other
    topic = models.CharField(max_length=40)  # of `engines.language.taxonomy`
    urgency = models.CharField(max_length=10)
    emotion = models.PositiveSmallIntegerField()  # 0 pleased to 100 furious
    confidence = models.JSONField()
    evidence = models.JSONField()
    entities = models.JSONField()
    version = models.CharField(max_length=16)  # of the model that judged
    judged_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["-judged_at", "topic"], name="proposal_newest")]


class Correction(models.Model):
    """A person's word for what a message is about: it stands before the model's, and the model learns from it.
    `topic_was` and `urgency_was`: what was proposed to them, empty where nothing was.
    """

    message = models.OneToOneField(Message, models.CASCADE, primary_key=True, related_name="correction")
    topic = models.CharField(max_length=40)
    urgency = models.CharField(max_length=10)
    topic_was = models.CharField(max_length=40, blank=True)
    urgency_was = models.CharField(max_length=10, blank=True)
    version = models.CharField(max_length=16, blank=True)
    by = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="correction_at")]
