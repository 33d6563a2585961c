"""The vendor's own people: customer-success managers, their managers, administrators, and their teams."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models.fields import validate_zone


def default_zone() -> str:
    """The zone of people and customers that nobody has said anything about."""
    return settings.CSPORTAL_DEFAULT_ZONE


class Team(models.Model):
    """People who look after customers together and stand in for one another."""

    name = models.CharField(_("name"), max_length=100, unique=True)

    class Meta:
        ordering = ("name",)
        verbose_name = _("team")
        verbose_name_plural = _("teams")

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Users are made and found by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A user with a hashed password; without one, nobody can log in as them yet."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """An administrator who may do everything, for `createsuperuser`."""
        return self.create_user(email, password, role=User.Role.ADMIN, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """One of the vendor's people. Logs in by e-mail; reads in their own language and zone."""

    class Role(models.TextChoices):
        CSM = "csm", _("customer-success manager")
        MANAGER = "manager", _("manager")
        ADMIN = "admin", _("administrator")

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=100)
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.CSM)
    team = models.ForeignKey(
        Team, models.SET_NULL, null=True, blank=True, related_name="members", verbose_name=_("team")
    )
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default=default_zone, validators=[validate_zone])
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, blank=True)
    calendar = models.ForeignKey(
        "accounts.WorkingCalendar",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="colleagues",
        verbose_name=_("working calendar"),
        help_text=_("When they can be on duty. Empty: the usual hours of the vendor’s country, in their zone."),
    )
    duty_place = models.PositiveSmallIntegerField(
        _("place on the rota"), default=0, help_text=_("Who of a team is called first; equal places by name.")
    )
    is_active = models.BooleanField(_("may log in"), default=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ("name",)
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = (
            models.UniqueConstraint(Lower("email"), name="user_email_once_in_any_case"),
            models.CheckConstraint(condition=models.Q(role__in=["csm", "manager", "admin"]), name="user_role_known"),
        )

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_staff(self) -> bool:
        """Who may open /admin/: administrators."""
        return self.role == self.Role.ADMIN

    @property
    def sees_everything(self) -> bool:
        return self.role == self.Role.ADMIN
