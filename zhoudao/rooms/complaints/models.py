"""Answers to complaints, and the list of causes."""

from django.conf import settings
from django.db import models
from django.utils.translation import pgettext_lazy

from zhoudao.ground.files.models import StoredFile
from zhoudao.kit.ids import uuid7
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.conversations.models import Message


class Way(models.TextChoices):
    """How a complaint was answered."""

    WRITING = "writing", pgettext_lazy("answered", "in writing")
    PHONE = "phone", pgettext_lazy("answered", "by phone")


class Answer(models.Model):
    """What was said to a complaint, by whom, when and how, with what it cost. `words` are masked, as messages are."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="answers")
    way = models.CharField(max_length=8, choices=Way.choices)
    words = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField()
    product = models.CharField(max_length=60, blank=True)
    cost_cents = models.BigIntegerField(default=0)
    message = models.ForeignKey(Message, models.SET_NULL, null=True, related_name="+")
    recording = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(cost_cents__gte=0), name="answer_costs_something")]
        indexes = [models.Index(fields=["product"], name="answer_product", condition=~models.Q(product=""))]


class Cause(models.Model):
    """Why cases come up, as managers name it. Its code stands in the cases for ever; a retired one is not offered."""

    code = models.SlugField(max_length=40, primary_key=True)
    names = models.JSONField(default=dict)
    place = models.PositiveSmallIntegerField(default=100)
    retired_at = models.DateTimeField(null=True)
