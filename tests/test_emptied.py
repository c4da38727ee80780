"""What one test leaves in the queue isn't there in the next."""

import pytest
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob


@pytest.mark.xdist_group("emptied")
@pytest.mark.parametrize("nth", [1, 2])
@pytest.mark.django_db(transaction=True)
def test_a_job_of_one_test_is_gone_in_the_next(nth: int) -> None:
    assert not ProcrastinateJob.objects.exists()
    app.configure_task("channels.sweep").defer()
