"""Addresses of the staff's pages. Fixed ones stand before the one that takes any number."""

from django.urls import path

from renewals.desk.views import (
    actions,
    agreements,
    as_customer,
    calls,
    channels,
    contracts,
    customers,
    duty,
    grants,
    interventions,
    options,
    plans,
    proof,
    today,
    touches,
)

app_name = "desk"
urlpatterns = [
    path("", today.today, name="today"),
    # /customers/ and the people there
    path("customers/", customers.customers, name="customers"),
    path("customers/<int:pk>/", customers.customer, name="customer"),
    path("contacts/<int:pk>/remove/", actions.remove_contact, name="remove_contact"),
    # /interventions/
    path("interventions/", interventions.interventions, name="interventions"),
    path("intervention/<int:pk>/", interventions.intervention, name="intervention"),
    path("intervention/<int:pk>/take/", interventions.take, name="take"),
    # /duty/
    path("duty/", duty.duty, name="duty"),
    path("duty/away/<int:pk>/", duty.back, name="back"),
    # /teams/
    path("teams/<int:pk>/channel/", channels.channel, name="channel"),
    path("teams/<int:pk>/channel/test/", channels.test, name="test_channel"),
    path("teams/<int:pk>/channel/remove/", channels.remove, name="remove_channel"),
    # /contracts/
    path("contracts/", contracts.contracts, name="contracts"),
    path("contract/renew/<int:pk>/", actions.renew, name="renew"),
    path("contract/end/<int:pk>/", actions.move_end, name="move_end"),
    path("contract/more/<int:pk>/", grants.give, name="give"),
    path("contract/peak/<int:pk>/", grants.leave_peak, name="leave_peak"),
    path("contract/less/<int:pk>/", grants.take_back, name="take_back"),
    path("contract/told/<int:pk>/", actions.told, name="told"),
    path("contract/no/<int:pk>/", actions.say_no, name="say_no"),
    path("contract/link/<int:pk>/", actions.make_link, name="make_link"),
    path("contract/unlink/<int:pk>/", actions.revoke_link, name="revoke_link"),
    path("contract/proof/<int:pk>/<str:side>.<str:kind>", proof.proof, name="proof"),
    path("contract/offer/<int:pk>/", options.make, name="option_make"),
    path("offers/<int:pk>/change/", options.change, name="option_change"),
    path("offers/<int:pk>/withdraw/", options.take_away, name="option_withdraw"),
    path("signed/<int:pk>.json", agreements.signed_text, name="signed_text"),
    path("signed/<int:pk>.pdf", agreements.confirmation, name="confirmation"),
    path("signed/<int:pk>/order/", agreements.order_file, name="order_file"),
    # /calls/
    path("calls/<int:pk>/", calls.call, name="call"),
    path("calls/<int:pk>/move/", calls.move, name="call_move"),
    path("calls/<int:pk>/off/", calls.off, name="call_off"),
    path("calls/<int:pk>/settle/", calls.settle, name="call_settle"),
    # /touches/, and a contract's own plan
    path("touches/", touches.all_touches, name="touches"),
    path("plan/<int:pk>/move/", plans.move, name="plan_move"),
    path("plan/<int:pk>/drop/", plans.drop, name="plan_drop"),
    path("plan/<int:pk>/again/", plans.take_up_again, name="plan_again"),
    path("plan/<int:pk>/done/", plans.mark_done, name="plan_done"),
    path("plan/<int:pk>/to/", plans.address, name="plan_address"),
    path("plan/<int:pk>/add/", plans.add, name="plan_add"),
    path("plan/<int:pk>/version/", plans.follow, name="plan_version"),
    path("contracts/<path:number>/as-customer/page/", as_customer.page, name="customers_page"),
    path("contracts/<path:number>/as-customer/", as_customer.as_customer, name="as_customer"),
    path("contracts/<path:number>/", contracts.contract, name="contract"),
]
