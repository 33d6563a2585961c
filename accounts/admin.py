"""The administrator's view of the stored facts. What the services own can be read here and not written."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import (
    Amendment,
    Contact,
    Contract,
    ContractTerm,
    Customer,
    LedgerImport,
    LedgerMapping,
    Peak,
    Product,
    Team,
    User,
)
from accounts.seam import hours_changed, people_changed

admin.site.unregister(Group)
admin.site.site_header = "23:59"
admin.site.site_title = "23:59"
admin.site.index_title = _("Administration")


class ReadOnly(admin.options.BaseModelAdmin):
    """Rows that only services write: each change of them leaves its record."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class KeptForGood(admin.ModelAdmin):
    """Rows that others stand on: changed, but not deleted."""

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(User)
class PeopleAdmin(UserAdmin):
    """The vendor's people. Who leaves may no longer log in; what they did stays theirs."""

    ordering = ("name",)
    list_display = ("name", "email", "role", "team", "is_active")
    list_filter = ("role", "team", "is_active")
    search_fields = ("name", "email")
    filter_horizontal = ()
    readonly_fields = ("last_login",)
    fieldsets = (
        (None, {"fields": ("email", "password", "name", "role", "team", "is_active")}),
        (_("Times and language"), {"fields": ("time_zone", "language", "phone", "last_login")}),
        (_("On duty"), {"fields": ("calendar", "duty_place")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "name", "role", "team", "password1", "password2")}),)

    def save_model(self, request: HttpRequest, obj: User, form: ModelForm, change: bool) -> None:
        """Administrators may do everything here, and nobody else anything."""
        obj.is_superuser = obj.role == User.Role.ADMIN
        super().save_model(request, obj, form, change)
        if {"time_zone", "calendar"} & set(form.changed_data):
            people_changed(obj.contracts.values_list("pk", flat=True), now=request.now)  # type: ignore[attr-defined]

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Team)
class TeamAdmin(admin.ModelAdmin):
    search_fields = ("name",)


@admin.register(Product)
class ProductAdmin(KeptForGood):
    list_display = ("name", "code", "lock_convention", "lock_zone")
    search_fields = ("name", "code")


class ContactInline(admin.TabularInline):
    """The people at a customer. They are removed on the customer's page, which keeps whom something was sent to."""

    model = Contact
    extra = 0
    can_delete = False


class PeakInline(ReadOnly, admin.TabularInline):
    """When their work peaks, with what was noted before: written on the customer's page."""

    model = Peak
    extra = 0
    fields = ("name", "kind", "noted_at", "noted_by", "removed_at", "removed_by")


@admin.register(Customer)
class CustomerAdmin(KeptForGood):
    list_display = ("name", "segment", "country", "time_zone", "calendar", "owner")
    list_filter = ("segment", "country", "owner")
    search_fields = ("name",)
    inlines = (ContactInline, PeakInline)

    def save_model(self, request: HttpRequest, obj: Customer, form: Any, change: bool) -> None:
        """The instants of the customer's contracts follow from its zone and calendar."""
        super().save_model(request, obj, form, change)
        hours_changed(obj.contracts.values_list("pk", flat=True), now=request.now)  # type: ignore[attr-defined]


class TermInline(ReadOnly, admin.TabularInline):
    model = ContractTerm
    extra = 0


class AmendmentInline(ReadOnly, admin.TabularInline):
    model = Amendment
    extra = 0


@admin.register(Contract)
class ContractAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("number", "product", "customer", "owner", "kind")
    list_filter = ("kind", "product", "owner")
    list_select_related = ("product", "customer", "owner")
    search_fields = ("number", "customer__name")
    inlines = (TermInline, AmendmentInline)


@admin.register(LedgerImport)
class LedgerImportAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("name", "uploaded_by", "uploaded_at", "stage")


@admin.register(LedgerMapping)
class LedgerMappingAdmin(admin.ModelAdmin):
    list_display = ("name", "time_zone", "republic_years")
