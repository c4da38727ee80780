"""Products by kind, with typed specifications, variants, pictures, known faults, and each kind's questions."""

from datetime import date
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, pgettext_lazy

from zhoudao.ground.files.models import StoredFile
from zhoudao.kit.ids import uuid7
from zhoudao.kit.languages import pick


class Typed(models.TextChoices):
    """What the values of an attribute are."""

    NUMBER = "number", pgettext_lazy("specification", "Number")
    CHOICE = "choice", pgettext_lazy("specification", "One of a list")
    FLAG = "flag", pgettext_lazy("specification", "Yes or no")
    TEXT = "text", pgettext_lazy("specification", "Words")


class Better(models.TextChoices):
    """In which direction a number is better."""

    NEITHER = "", pgettext_lazy("better", "Neither")
    MORE = "more", pgettext_lazy("better", "More")
    LESS = "less", pgettext_lazy("better", "Less")


class Asks(models.TextChoices):
    """How a question of the guide is answered."""

    BUDGET = "budget", pgettext_lazy("question", "An amount of money")
    NUMBER = "number", pgettext_lazy("question", "A number")
    CHOICE = "choice", pgettext_lazy("question", "One of the answers")
    FLAG = "flag", pgettext_lazy("question", "Yes or no")


class Aim(models.TextChoices):
    """What an answer wants of the attribute."""

    LEAST = "at_least", pgettext_lazy("aim", "At least")
    MOST = "at_most", pgettext_lazy("aim", "At most")
    IS = "is", pgettext_lazy("aim", "Exactly")


class Category(models.Model):
    """One kind of product: what is told of each of the kind, and what is asked of who looks for one."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.SlugField(max_length=40, unique=True)
    names = models.JSONField(default=dict)
    position = models.PositiveSmallIntegerField(default=100)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["position", "code"], name="category_order")]

    def __str__(self) -> str:
        return pick(self.names, get_language()) or self.code


class Attribute(models.Model):
    """One line of the specification of a kind. `choices`: by code the names in each language. `is_option`: variants of
    one product differ in it. `praise`: what is said of one that is ahead in it, as "quieter".
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    category = models.ForeignKey(Category, models.CASCADE, related_name="attributes", db_index=False)
    code = models.SlugField(max_length=40)
    names = models.JSONField(default=dict)
    typed = models.CharField(max_length=8, choices=Typed.choices)
    unit = models.CharField(max_length=12, blank=True)
    choices = models.JSONField(default=dict)
    better = models.CharField(max_length=4, choices=Better.choices, blank=True, default="")
    praise = models.JSONField(default=dict)
    is_option = models.BooleanField(default=False)
    is_facet = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["category", "code"], name="one_attribute_a_category"),
            models.CheckConstraint(condition=Q(better="") | Q(typed="number"), name="only_numbers_are_better"),
        ]

    def __str__(self) -> str:
        return pick(self.names, get_language()) or self.code


class Question(models.Model):
    """One question of a kind's guide, and what its answer wants of which attribute (none: of the price). `answers` of a
    choice, in order: `{"names": …, "value": …}`; no value: it does not matter. `is_must`: what does not have it is out.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    category = models.ForeignKey(Category, models.CASCADE, related_name="questions", db_index=False)
    code = models.SlugField(max_length=40)
    names = models.JSONField(default=dict)
    asks = models.CharField(max_length=8, choices=Asks.choices)
    attribute = models.ForeignKey(Attribute, models.CASCADE, null=True, related_name="+")
    aim = models.CharField(max_length=8, choices=Aim.choices)
    answers = models.JSONField(default=list)
    weight = models.PositiveSmallIntegerField(default=1)
    is_must = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["category", "code"], name="one_question_a_category"),
            models.CheckConstraint(condition=Q(weight__range=(1, 10)), name="question_weighs"),
            models.CheckConstraint(
                condition=Q(asks="budget", attribute=None) | (~Q(asks="budget") & Q(attribute__isnull=False)),
                name="question_asks_of_something",
            ),
        ]

    def __str__(self) -> str:
        return pick(self.names, get_language()) or self.code


class Product(models.Model):
    """What is sold, whatever its colour. `descriptions`: clean mark-up by language. `values`: by attribute code, what
    all variants share. `serial_pattern`: how its serial numbers look (A a letter, 9 a digit, * either).
    `words` is what it is found by, folded, and `grams` their pieces.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.SlugField(max_length=60, unique=True)
    category = models.ForeignKey(Category, models.PROTECT, related_name="products")
    names = models.JSONField(default=dict)
    brand = models.CharField(max_length=60, blank=True)
    descriptions = models.JSONField(default=dict)
    values = models.JSONField(default=dict)
    serial_pattern = models.CharField(max_length=40, blank=True)
    sold_from_date = models.DateField(null=True)
    sold_until_date = models.DateField(null=True)
    successor = models.ForeignKey("self", models.SET_NULL, null=True, related_name="predecessors")
    words = models.TextField(default="")
    grams = ArrayField(models.TextField(), default=list)
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(sold_until_date=None)
                | Q(sold_from_date=None)
                | Q(sold_until_date__gte=models.F("sold_from_date")),
                name="sold_until_after_from",
            ),
            models.CheckConstraint(
                condition=Q(successor=None) | ~Q(successor=models.F("id")), name="no_successor_of_itself"
            ),
        ]
        indexes: ClassVar = [
            GinIndex(fields=["grams"], name="product_grams"),
            models.Index(fields=["category", "code"], name="product_of_category"),
        ]

    def __str__(self) -> str:
        return pick(self.names, get_language()) or self.code

    def is_sold(self, day: date) -> bool:
        """Whether customers are offered it on a day."""
        begun = self.sold_from_date is None or self.sold_from_date <= day
        return begun and (self.sold_until_date is None or day <= self.sold_until_date)


class Variant(models.Model):
    """One SKU of a product: what stock, orders, prices and repairs know it by. `options`: by attribute code, what is
    its own; `whole`: those with the product's values, which is what lists look through.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    product = models.ForeignKey(Product, models.CASCADE, related_name="variants", db_index=False)
    sku = models.CharField(max_length=80, unique=True)
    options = models.JSONField(default=dict)
    whole = models.JSONField(default=dict)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["product", "position"], name="variant_of_product"),
            GinIndex(fields=["whole"], name="variant_whole", opclasses=["jsonb_path_ops"]),
        ]

    def __str__(self) -> str:
        return self.sku


class Picture(models.Model):
    """One picture of a product, made anew from what was given: nothing but its pixels is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    product = models.ForeignKey(Product, models.CASCADE, related_name="pictures", db_index=False)
    large = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", db_index=False)
    small = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", db_index=False)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["product", "large"], name="one_picture_once")]
        indexes: ClassVar = [models.Index(fields=["product", "position", "id"], name="picture_of_product")]


class KnownFault(models.Model):
    """What is known to go wrong with a product, or with one SKU of it, and what to do. `is_told`: customers read it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    product = models.ForeignKey(Product, models.CASCADE, related_name="faults", db_index=False)
    sku = models.CharField(max_length=80, blank=True)
    names = models.JSONField(default=dict)
    advice = models.JSONField(default=dict)
    is_told = models.BooleanField(default=False)
    noted_at = models.DateTimeField()
    noted_by = models.CharField(max_length=120)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["product", "-noted_at"], name="fault_of_product")]

    def __str__(self) -> str:
        return pick(self.names, get_language())


Values = dict[str, Any]
