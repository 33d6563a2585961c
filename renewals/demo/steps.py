"""When something happened to a contract of the demo data, and what: through the same services as anything real."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import formataddr
from typing import cast

from accounts import terms, wording
from accounts.services import change_details, last_term, sign
from accounts.worktime import is_working_day, next_working_moment
from renewals.answers.services import take_in
from renewals.demo.script import DAY, Act, Life, When
from renewals.desk.services import move_end
from renewals.entitlement import BUFFER
from renewals.gaps.observing import Observed, observed
from renewals.gaps.services import accept
from renewals.interventions.models import PhoneCall
from renewals.interventions.services import record_call, take
from renewals.links.services import link_for
from renewals.locking.models import Clock, Evidence
from renewals.locking.observing import observe_lock
from renewals.locking.renewing import renew
from renewals.locking.telling import minute_on_record, record_evidence
from renewals.offers.quoting import quoted
from renewals.offers.signing import Signature, sign_renewal
from renewals.page.services import ask_for_call, record_opened
from renewals.tick import renew_by_themselves
from renewals.touches.by_itself import plan_by_themselves
from renewals.touches.models import Delivery, Report
from renewals.touches.reports import Heard, take_report

HOUR = timedelta(hours=1)


def before(days: int, wall: str) -> When:
    """On their last working day that is at least so many days before the last day."""

    def at(life: Life) -> datetime:
        day = life.last_day - days * DAY
        while not is_working_day(day, life.hours):
            day -= DAY
        return life.wall(day, wall)

    return at


def days_from_end(days: int, wall: str) -> When:
    """On the day so many days from the last day, whatever day that is."""
    return lambda life: life.wall(life.last_day + days * DAY, wall)


def after_lock(elapsed: timedelta) -> When:
    """So long after the lock began, which waited for daylight (rule 9)."""
    return lambda life: next_working_moment(life.reckoned.ends_at + BUFFER, life.zone, life.hours) + elapsed


def signed(term: terms.Term) -> Act:
    """The contract begins, with its first term."""

    def act(life: Life, now: datetime) -> None:
        story = life.story
        life.contract = sign(
            number=story.number,
            product=life.product,
            customer=life.person.customer,
            start=life.first_start,
            term=term,
            by=life.colleague,
            now=now,
            sold=story.price,
            owner=life.owner,
            kind=story.kind,
            signed_by=life.person.name,
            signed_on=wording.local(now, life.zone).date(),
            renews_itself=story.notice_days is not None,
            notice_days=story.notice_days,
        )

    return act


def renewed_for(term: terms.Term) -> Act:
    """Their colleague at the vendor renews it, as agreed."""

    def act(life: Life, now: datetime) -> None:
        renew(life.contract, after=last_term(life.contract).ends_at, term=term, by=life.colleague, now=now)

    return act


def confirmed(life: Life, now: datetime) -> None:
    """The customer renews for a year on their own page."""
    shown = quoted(life.contract, key="12", now=now).fingerprint
    link = link_for(life.contract, life.person, now=now)
    sign_renewal(link, Signature(name=life.person.name), key="12", shown=shown, now=now)


def locked_by_product(life: Life, now: datetime) -> None:
    """The product locked them by its own convention, and said so (rule 21)."""
    observe_lock(Clock.objects.counting(at=now).get(contract=life.contract), locked_at=now, now=now)


def given_back(life: Life, now: datetime) -> None:
    """A colleague gives back what that lock took."""
    seen = observed(life.colleague, now=now).filter(contract=life.contract).order_by("locked_at")
    accept(cast("Observed", seen[0]), by=life.colleague, now=now)


def told_by_phone(life: Life, now: datetime) -> None:
    """A colleague called, and wrote it down."""
    note = life.say(zh="电话告知了最后一分钟和缓冲", en="By phone: the last minute, and the buffer after it")
    term, colleague = last_term(life.contract), life.colleague
    record_evidence(term, kind=Evidence.Kind.TOLD, at=now, now=now, contact=life.person, by=colleague, note=note)


def taken(life: Life, now: datetime) -> None:
    """Their colleague says that they call."""
    take(life.contract.interventions.get(closed_at=None), by=life.colleague, now=now)


def reached(life: Life, now: datetime) -> None:
    """Their colleague reached them after the lock, and is to call again."""
    note = life.say(zh="正在走付款流程，下午再联系", en="Payment is on its way; to call again in the afternoon")
    one = life.contract.interventions.get(closed_at=None)
    record_call(one, outcome=PhoneCall.Outcome.AGAIN, again_at=now + 6 * HOUR, note=note, by=life.colleague, now=now)


def acknowledged(life: Life, now: datetime) -> None:
    """They said themselves that they know."""
    term = last_term(life.contract)
    record_evidence(term, kind=Evidence.Kind.ACKNOWLEDGED, at=now, now=now, contact=life.person)


def opened(life: Life, now: datetime) -> None:
    """They had the renewal page in front of them."""
    shown = minute_on_record(last_term(life.contract))
    record_opened(link_for(life.contract, life.person, now=now), shown=shown, now=now)


def answered(life: Life, now: datetime) -> None:
    """They wrote to us, under the letter that they got last, if there was one."""
    text = life.say(
        zh="收到，谢谢提醒。\n\n试用很顺手，我们想转成 10 个席位的正式合同。周五前能确认报价吗？",
        en="Thank you for the reminder.\n\nWe would like ten seats. Can you confirm the price by Friday?",
    )
    write_back(life, text, now=now)


def away(life: Life, now: datetime) -> None:
    """Their mail program wrote back by itself."""
    text = life.say(zh="我本周休假，下周一回复您。", en="I am out of the office until Monday.")
    write_back(life, text, now=now, automatic="auto-replied")


def write_back(life: Life, text: str, *, automatic: str = "no", now: datetime) -> None:
    """A mail from their address that answers the last letter, with what their program quotes under it."""
    letter = last_letter(life)
    message = EmailMessage()
    message["From"] = formataddr((life.person.name, life.person.email))
    message["Subject"] = f"Re: {letter.subject if letter else life.product.name}"
    message["Message-ID"] = f"<{life.story.number}-{now:%Y%m%d%H%M}@demo.test>"
    message["In-Reply-To"] = f"<{letter.pk}@localhost>" if letter else ""
    message["Auto-Submitted"] = automatic
    quoted = "".join(f"> {line}\n" for line in letter.body.splitlines()[:6]) if letter else ""
    message.set_content(f"{text}\n\n{quoted}")
    take_in(message, received_at=now, now=now)


def came_back(life: Life, now: datetime) -> None:
    """The last letter came back a day after their server took it."""
    letter = last_letter(life)
    if letter is not None:
        said = "552 5.2.2 Mailbox full for seven days; message returned"
        take_report(Heard(delivery_id=letter.pk, kind=Report.Kind.BOUNCED, at=now, said=said), now=now)


def last_letter(life: Life) -> Delivery | None:
    """The letter that reached them last."""
    sent = Delivery.objects.filter(touch__contract=life.contract, touch__contact=life.person)
    return sent.filter(outcome=Delivery.Outcome.SENT).order_by("over_at").last()


def asked_for_call(life: Life, now: datetime) -> None:
    """They pressed the button on the renewal page."""
    ask_for_call(link_for(life.contract, life.person, now=now), now=now)


def said_no(life: Life, now: datetime) -> None:
    """They will not go on; a colleague put it on record."""
    change_details(life.contract, by=life.colleague, now=now, declined_at=now)


def moved(days: int, *, zh: str, en: str = "") -> Act:
    """A colleague moves the end by so many days, for a reason."""

    def act(life: Life, now: datetime) -> None:
        term = terms.Term.through(life.last_day + days * DAY)
        move_end(life.contract, term=term, reason=life.say(zh=zh, en=en), by=life.colleague, now=now)

    return act


def told_that_it_renews(life: Life, now: datetime) -> None:
    """The portal plans to tell them until when a “no” counts (rule 12)."""
    plan_by_themselves(now=now, limit=100)


def renewed_by_itself(life: Life, now: datetime) -> None:
    """Nobody said no in time (rule 12)."""
    renew_by_themselves(now=now)
