"""Where the online provider calls, and payers come back from it: django-payments answers, then the portal looks."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.csrf import csrf_exempt
from payments import PaymentError
from payments.urls import process_data, static_callback

from csportal.clock import TimedRequest
from renewals.payments.models import Payment
from renewals.payments.online import follow
from renewals.payments.providers import learn

AT_ONCE = 100


@csrf_exempt
def one(request: TimedRequest, token: uuid.UUID) -> HttpResponseBase:
    """About one payment. Two calls about the same one wait for each other: the second finds what the first did."""
    try:
        with transaction.atomic():
            payment = get_object_or_404(Payment.objects.select_for_update(), token=str(token))
            answer: HttpResponse = process_data(request, str(token))
    except PaymentError:
        return JsonResponse({"error": "not understood"}, status=400)
    follow(payment.pk, now=request.now)
    return answer


@csrf_exempt
def any_of_them(request: TimedRequest, variant: str) -> HttpResponseBase:
    """About whichever payment the call names, for providers that call one address alone."""
    answer: HttpResponse = static_callback(request, variant)
    learn(now=request.now, limit=AT_ONCE)
    return answer
