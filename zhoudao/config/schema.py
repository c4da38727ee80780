"""The tables as the migrations make them, kept as plain SQL, so that an empty database has them in two seconds.

Two hundred and forty migrations take most of a minute, nearly all of it spent on Django's picture of every table after
each of them. `schema.sql.gz` is what they made (`make schema`), with the names of those it stands for and a digest of
their text: if one of them is changed, missing or of another release, it isn't used, and the migrations run as ever.
Decision 102.
"""

import gzip
import hashlib
import importlib
import json
import os
from pathlib import Path
from typing import Any

PATH = Path(__file__).with_name("schema.sql.gz")
_WITHOUT = "ZHOUDAO_WITHOUT_SCHEMA"  # set where the migrations themselves are to be run
Name = tuple[str, str]  # app, migration


def lay(connection: Any) -> bool:
    """Lays the schema and notes its migrations as applied; in one transaction, so wholly or not at all.

    False, and nothing done, in a database that holds anything, and where the schema isn't of these migrations.
    """
    from django.db import DatabaseError, transaction

    if os.environ.get(_WITHOUT) or not PATH.exists() or connection.introspection.table_names():
        return False
    first, _, statements = gzip.decompress(PATH.read_bytes()).decode().partition("\n")
    head = json.loads(first.removeprefix("-- "))
    names = [(app, name) for app, name in head["migrations"]]
    if head["digest"] != digest(names):
        return False
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute("SET LOCAL check_function_bodies = off")
            cursor.execute(statements)
            cursor.executemany("INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, now())", names)
    except DatabaseError:
        return False  # an older or narrower server: the migrations know their way
    return True


def digest(names: list[Name]) -> str:
    """The SHA-256 of these migrations' text; empty if one of them isn't here."""
    from django.apps import apps

    sum_ = hashlib.sha256()
    for app, name in names:
        try:
            package = importlib.import_module(f"{apps.get_app_config(app).name}.migrations")
            text = Path(str(package.__file__)).with_name(f"{name}.py").read_bytes()
        except (LookupError, ImportError, OSError):
            return ""
        sum_.update(f"{app}.{name}\n".encode() + text)
    return sum_.hexdigest()
