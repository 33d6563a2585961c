"""Calls on their way to a real receiver: each once, in order, under one id, with every answer kept (rule 20)."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from unittest import mock

import pytest
from django.db import connection
from django_q.models import OrmQ
from django_q.signing import SignedPackage
from standardwebhooks import Webhook

from csportal import clock as present
from renewals.callbacks import sending
from renewals.callbacks.keys import secrets_of
from renewals.callbacks.models import Attempt, Call, Endpoint
from renewals.callbacks.queue import put_back
from renewals.callbacks.sending import LEASE, send_some
from renewals.callbacks.services import go_on, rotate_secret, send_again, send_test
from renewals.outbound import KEPT
from renewals.timeline.models import Event
from renewals.timeline.services import record_event
from tests.renewals.cast import T, chen, lan_tu, lan_tu_contract
from tests.renewals.cast import contract as signed

pytestmark = pytest.mark.django_db

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


@pytest.fixture
def lan_tu_s(db):
    return lan_tu_contract()


def happen(contract, number: int, *, now=T) -> None:
    """Something that is called about: told apart by `term`."""
    record_event(contract, Event.Kind.RENEWED, key=f"renewed:{number}", occurred_at=now, now=now, term=f"{number}")


def terms_of(receiver) -> list[str]:
    return [said["data"]["term"] for said in receiver.said]


@pytest.fixture
def call(endpoint, lan_tu_s) -> Call:
    """One that waits."""
    happen(lan_tu_s, 1)
    return Call.objects.get()


def test_it_arrives_signed_and_is_over(call, endpoint, receiver):
    assert send_some(endpoint.pk, now=T) == 1

    headers, body = receiver.got[0]
    assert body.decode() == call.payload
    assert headers["content-type"] == "application/json; charset=utf-8"
    assert headers["webhook-id"] == str(call.uid)
    assert headers["webhook-timestamp"] == str(int(T.timestamp()))
    call.refresh_from_db()
    assert (call.outcome, call.answer, call.attempts) == ("accepted", "200", 1)


def test_the_library_of_the_specification_verifies_it(endpoint, receiver, lan_tu_s):
    now = present.now()
    happen(lan_tu_s, 1, now=now)
    send_some(endpoint.pk, now=now)

    headers, body = receiver.got[0]
    (secret,) = secrets_of(endpoint, now=now)

    assert Webhook(secret).verify(body, headers)["type"] == "contract.renewed"


def test_while_a_secret_changes_the_old_and_the_new_one_both_verify(endpoint, receiver, lan_tu_s):
    now = present.now()
    (old,) = secrets_of(endpoint, now=now)
    rotate_secret(endpoint, by=chen(), now=now)
    happen(lan_tu_s, 1, now=now)
    send_some(endpoint.pk, now=now)

    endpoint.refresh_from_db()
    new = secrets_of(endpoint, now=now)[0]
    headers, body = receiver.got[0]

    assert new != old
    assert all(Webhook(secret).verify(body, headers) for secret in (old, new))


def test_each_attempt_is_on_record_with_its_answer(call, endpoint, receiver):
    receiver.script = [(500, {}, "维护中 <b>".encode()), (204, {}, b"")]

    send_some(endpoint.pk, now=T)
    send_some(endpoint.pk, now=T + timedelta(minutes=1))

    assert list(Attempt.objects.values_list("status", "answer")) == [(500, "维护中 <b>"), (204, "")]
    assert receiver.ids == [str(call.uid)] * 2


def test_of_a_long_answer_sixteen_kilobytes_are_kept_and_nul_is_left_out(call, endpoint, receiver):
    receiver.script = [(500, {}, b"\0" + b"x" * 50_000)]

    send_some(endpoint.pk, now=T)

    assert Attempt.objects.get().answer == "x" * (KEPT - 1)


@pytest.mark.parametrize("status", [302, 400, 404, 500])
def test_whatever_is_no_yes_is_tried_again_by_the_table(call, endpoint, receiver, status):
    receiver.script = [(status, {"location": "http://127.0.0.1:1/"}, b"")]
    send_some(endpoint.pk, now=T)
    call.refresh_from_db()

    assert timedelta(seconds=5) <= call.next_try_at - T < timedelta(seconds=7)
    assert send_some(endpoint.pk, now=T + timedelta(seconds=4)) == 0
    assert send_some(endpoint.pk, now=T + timedelta(seconds=7)) == 1


def test_after_ten_attempts_it_is_given_up_and_seen(call, endpoint, receiver):
    receiver.answer = lambda _headers, _body: (500, {}, b"no")
    Call.objects.update(attempts=9)

    send_some(endpoint.pk, now=T)

    call.refresh_from_db()
    assert (call.outcome, call.attempts, call.answer) == ("given_up", 10, "500")


def test_a_call_that_ends_every_worker_is_given_up_some_day(call, endpoint, receiver):
    Call.objects.update(attempts=11)

    send_some(endpoint.pk, now=T)

    call.refresh_from_db()
    assert (call.outcome, call.answer, receiver.got) == ("given_up", sending.NEVER_FINISHED, [])


def test_the_next_of_a_contract_waits_for_the_one_before_and_others_do_not(endpoint, receiver, lan_tu_s):
    other = signed(lan_tu(name="Other"), number="OT-1")
    receiver.answer = lambda _headers, body: (500 if b'"LT-2026-01"' in body else 200, {}, b"")
    happen(lan_tu_s, 1)
    happen(lan_tu_s, 2)
    happen(other, 3)

    send_some(endpoint.pk, now=T)
    send_some(endpoint.pk, now=T + SECOND)
    assert sorted(terms_of(receiver)) == ["1", "3"]

    receiver.answer = lambda _headers, _body: (200, {}, b"")
    for _round in range(3):
        send_some(endpoint.pk, now=T + timedelta(minutes=1))
    assert terms_of(receiver)[2:] == ["1", "2"]


def test_once_one_is_given_up_the_next_of_its_contract_goes(endpoint, receiver, lan_tu_s):
    receiver.script = [(500, {}, b"")]
    happen(lan_tu_s, 1)
    happen(lan_tu_s, 2)
    Call.objects.filter(payload__contains='"term":"1"').update(attempts=9)

    send_some(endpoint.pk, now=T)
    send_some(endpoint.pk, now=T + SECOND)

    assert terms_of(receiver) == ["1", "2"]


def test_slow_down_is_honoured_by_the_whole_endpoint(endpoint, receiver):
    customer = lan_tu()
    receiver.script = [(429, {"retry-after": "600"}, b"")]
    happen(signed(customer, number="N-1"), 1)
    send_some(endpoint.pk, now=T)
    happen(signed(customer, number="N-2"), 2, now=T + SECOND)

    assert send_some(endpoint.pk, now=T + timedelta(seconds=599)) == 0
    assert send_some(endpoint.pk, now=T + timedelta(seconds=620)) == 2


def test_what_answers_gone_is_paused_and_its_people_are_told_once(call, endpoint, receiver):
    receiver.script = [(410, {}, b"")]

    send_some(endpoint.pk, now=T)

    endpoint.refresh_from_db()
    assert (endpoint.paused_because, send_some(endpoint.pk, now=T + DAY)) == ("gone", 0)
    assert warnings_on_the_queue() == 1
    assert Call.objects.open().count() == 1


def warnings_on_the_queue() -> int:
    return sum(SignedPackage.loads(task.payload)["func"] == sending.WARN for task in OrmQ.objects.all())


def test_three_days_without_one_success_pause_an_endpoint(call, endpoint, receiver):
    receiver.answer = lambda _headers, _body: (500, {}, b"")

    send_some(endpoint.pk, now=T)
    for hours in (1, 24, 71):
        Call.objects.update(next_try_at=T, attempts=1)
        send_some(endpoint.pk, now=T + timedelta(hours=hours))
    endpoint.refresh_from_db()
    assert (endpoint.failing_since, endpoint.paused_at) == (mock.ANY, None)

    Call.objects.update(next_try_at=T, attempts=1)
    send_some(endpoint.pk, now=T + timedelta(hours=73))
    endpoint.refresh_from_db()
    assert (endpoint.paused_because, warnings_on_the_queue()) == ("failing", 1)


def test_one_success_begins_the_three_days_anew(call, endpoint, receiver, lan_tu_s):
    receiver.script = [(500, {}, b""), (200, {}, b"")]

    send_some(endpoint.pk, now=T)
    send_some(endpoint.pk, now=T + DAY)

    endpoint.refresh_from_db()
    assert (endpoint.failing_since, endpoint.accepted_at is not None) == (None, True)


def test_what_gathered_in_a_pause_goes_out_in_order(endpoint, receiver, lan_tu_s):
    Endpoint.objects.update(paused_at=T, paused_because="person")
    for number in (1, 2, 3):
        happen(lan_tu_s, number)
    assert send_some(endpoint.pk, now=T) == 0

    go_on(endpoint, by=chen(), now=T + DAY)
    while send_some(endpoint.pk, now=T + DAY):
        pass

    assert terms_of(receiver) == ["1", "2", "3"]


def test_what_nobody_listens_to_is_a_failure_that_says_why(call, endpoint):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        Endpoint.objects.update(url=f"http://127.0.0.1:{probe.getsockname()[1]}/")

    send_some(endpoint.pk, now=T)

    attempt = Attempt.objects.get()
    assert (attempt.status, "refused" in attempt.reason) == (None, True)


@pytest.mark.parametrize("url", ["https://10.0.0.1/hooks", "https://localhost/hooks"])
def test_an_address_in_a_private_network_is_not_called_and_says_so(call, endpoint, receiver, settings, url):
    settings.CSPORTAL_ALLOW_PRIVATE_CALLS = False
    Endpoint.objects.update(url=url)

    send_some(endpoint.pk, now=T)

    assert Attempt.objects.get().reason == "Addresses inside private networks are not called."
    assert receiver.got == []


def test_a_name_that_led_outside_and_then_inside_is_refused_at_the_call(
    call, endpoint, receiver, settings, monkeypatch
):
    settings.CSPORTAL_ALLOW_PRIVATE_CALLS = False
    Endpoint.objects.update(url="https://rebinding.example/")
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **named: found)

    send_some(endpoint.pk, now=T)

    assert "private" in Attempt.objects.get().reason


@pytest.mark.parametrize("behaviour", ["silent", "reset"])
def test_one_that_says_nothing_ends_the_round_and_burns_no_other_attempt(endpoint, behaviour):
    silent = socket.create_server(("127.0.0.1", 0))
    if behaviour == "reset":
        threading.Thread(target=hang_up_on_the_first, args=[silent], daemon=True).start()
    Endpoint.objects.update(url=f"http://127.0.0.1:{silent.getsockname()[1]}/", failing_since=T)
    customer = lan_tu()
    for number in range(5):
        happen(signed(customer, number=f"N-{number}"), number)

    with mock.patch.object(sending, "Round", quick_round(0.2)):
        assert send_some(endpoint.pk, now=T) == 1

    silent.close()
    assert sorted(Call.objects.values_list("attempts", flat=True)) == [0, 0, 0, 0, 1]
    assert Endpoint.objects.get().rests_until > T


def hang_up_on_the_first(server: socket.socket) -> None:
    server.accept()[0].close()


def quick_round(within: float):
    """A round whose calls may take so many seconds."""

    def made(**said):
        from renewals.callbacks.round import Round

        return Round(**said, within=within)

    return made


def test_killed_between_sending_and_recording_it_repeats_under_the_same_id(call, endpoint, receiver):
    with mock.patch.object(sending, "record", side_effect=SystemExit), pytest.raises(SystemExit):
        send_some(endpoint.pk, now=T)
    assert (send_some(endpoint.pk, now=T + LEASE - SECOND), put_back(now=T + LEASE - SECOND)) == (0, 0)

    assert put_back(now=T + LEASE) == 1
    assert send_some(endpoint.pk, now=T + LEASE) == 1
    assert receiver.ids == [str(call.uid)] * 2


def test_a_worker_that_lost_its_lease_records_nothing(call, endpoint, receiver):
    claimed = sending.claim(endpoint.pk, now=T)
    taken = sending.take(claimed, now=T)
    assert send_some(endpoint.pk, now=T + LEASE) == 1

    sending.record(claimed, {one.pk: one for one in taken}, [])

    call.refresh_from_db()
    assert call.outcome == "accepted"


def test_an_accepted_call_is_sent_again_under_the_same_id_when_somebody_asks(call, endpoint, receiver):
    send_some(endpoint.pk, now=T)
    call.refresh_from_db()

    send_again(call, now=T + DAY)
    send_some(endpoint.pk, now=T + DAY)

    assert receiver.ids == [str(call.uid)] * 2


def test_a_test_is_sent_at_once_and_not_again(endpoint, receiver):
    receiver.script = [(500, {}, b"not yet")]

    test = send_test(endpoint, now=T)
    send_some(endpoint.pk, now=T)

    test.refresh_from_db()
    assert (receiver.said[0]["type"], test.outcome) == ("portal.test", "given_up")


def test_an_endpoint_with_something_to_send_is_put_on_the_queue_once_until_nobody_took_it(call, endpoint):
    OrmQ.objects.all().delete()

    found = [put_back(now=T + timedelta(seconds=seconds)) for seconds in (1, 2, 30, 31, 32)]

    assert (found, OrmQ.objects.count()) == ([1, 0, 0, 1, 0], 2)


def test_a_round_takes_as_many_queries_for_many_calls_as_for_one(endpoint, receiver, django_assert_num_queries):
    customer = lan_tu()
    found = [signed(customer, number=f"N-{number}") for number in range(31)]
    happen(found[0], 0)
    with django_assert_num_queries(13):  # with the savepoints that a test adds
        send_some(endpoint.pk, now=T)
    for number, one in enumerate(found[1:], start=1):
        happen(one, number)

    with django_assert_num_queries(13):
        assert send_some(endpoint.pk, now=T) == 30


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_each_call_once(endpoint, receiver):
    customer = lan_tu()
    for number in range(40):
        happen(signed(customer, number=f"N-{number}"), number)

    def work(_worker: int) -> None:
        while Call.objects.open().exists():
            send_some(endpoint.pk, now=T)
        connection.close()

    with ThreadPoolExecutor(3) as workers:
        list(workers.map(work, range(3)))

    assert (len(receiver.ids), len(set(receiver.ids))) == (40, 40)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_killed_in_the_middle_loses_nothing_and_doubles_only_under_the_same_id(endpoint, receiver):
    customer, ever = lan_tu(), threading.Event()
    for number in range(30):
        happen(signed(customer, number=f"N-{number}"), number)
    arrived = threading.Semaphore(0)

    def hold(_headers, _body):
        arrived.release()
        ever.wait(20)
        return 200, {}, b""

    receiver.answer = hold
    code = (
        "import django; django.setup(); from csportal import clock; from renewals.callbacks.sending import send_some;"
        f"send_some({endpoint.pk}, now=clock.now())"
    )
    name = connection.settings_dict["NAME"]
    base, _, _old = os.environ["DATABASE_URL"].partition("?")[0].rpartition("/")
    query = os.environ["DATABASE_URL"].partition("?")[2]
    environ = os.environ | {"DATABASE_URL": f"{base}/{name}?{query}", "CSPORTAL_ALLOW_PRIVATE_CALLS": "1"}
    worker = subprocess.Popen(
        [sys.executable, "-c", code], env=environ | {"DJANGO_SETTINGS_MODULE": "csportal.settings"}
    )
    assert arrived.acquire(timeout=30)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    ever.set()
    receiver.answer = lambda _headers, _body: (200, {}, b"")

    later = present.now() + LEASE
    while send_some(endpoint.pk, now=later):
        pass

    assert Call.objects.filter(outcome="accepted").count() == 30
    assert set(receiver.ids) == {str(uid) for uid in Call.objects.values_list("uid", flat=True)}
