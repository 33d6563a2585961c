"""A customer who signs or says no and a colleague who moves the renewal at the same time: neither breaks the other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from accounts.services import locked
from renewals.pipeline.models import Renewal, Stage
from renewals.pipeline.opening import open_near
from renewals.pipeline.services import change
from renewals.pipeline.usual import ensure, stages
from tests.renewals.cast import T, chen, lan_tu_contract


@pytest.mark.django_db(transaction=True)
def test_a_stage_is_changed_while_somebody_holds_the_contract() -> None:
    ensure()
    contract = lan_tu_contract()
    open_near([contract.pk], among=stages(), now=T)
    renewal, by = Renewal.objects.get(), chen()

    def move() -> bool:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '20s'")
                return change(renewal, stage=Stage.objects.get(word=Stage.Word.OFFER_OUT), by=by, now=T)
        finally:
            connection.close()

    with transaction.atomic(), ThreadPoolExecutor(1) as colleague:
        locked(contract)
        assert colleague.submit(move).result()
