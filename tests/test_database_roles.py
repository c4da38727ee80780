"""What the running product may do to its own database."""

import pytest
from django.db import ProgrammingError, connection, transaction

from zhoudao.ground.installation.models import Installation


@pytest.mark.django_db
def test_the_application_writes_rows_and_owns_no_table() -> None:
    Installation.objects.create(id=1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, tableowner FROM pg_tables WHERE tablename = 'installation_installation'")
        assert cursor.fetchone() == ("zhoudao_app", "zhoudao_owner")


@pytest.mark.django_db
@pytest.mark.parametrize("order", ["TRUNCATE installation_installation", "DROP TABLE installation_installation"])
def test_the_application_cannot_empty_or_drop_a_table(order: str) -> None:
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(order)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_again", [1, 2])
def test_a_test_with_real_transactions_finds_empty_tables(_again: int) -> None:
    assert not Installation.objects.exists()
    Installation.objects.create(id=1)
