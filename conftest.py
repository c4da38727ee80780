"""Fixtures of the whole test suite; the database server itself is started by the plugin named in pyproject.toml."""

from zhoudao.config.pytest_postgres import django_db_setup

__all__ = ["django_db_setup"]
