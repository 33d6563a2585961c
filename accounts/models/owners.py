"""Whose something is: who may see what a person of a team, or nobody yet, looks after."""

from __future__ import annotations

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import F, Q

from accounts.models.people import User


class IsAnyOf(models.Func):
    """A column's value is one of an array's. Beside other conditions an index serves it, as it never serves a join."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = models.BooleanField()


def in_sight_of(user: User) -> Q:
    """What nobody owns yet, what is the user's own, and what is a colleague's of their team, by the column `owner`."""
    own = Q(owner=None) | Q(owner=user)
    if user.team_id is None:
        return own
    team = User.objects.filter(team=user.team_id).order_by()
    return own | Q(IsAnyOf(F("owner"), ArraySubquery(team.values("pk"))))


def is_in_sight_of(user: User, owner: User | None) -> bool:
    """Whether `user` may see what this person looks after: the twin of `in_sight_of`, for what is read already."""
    if user.sees_everything or owner is None or owner == user:
        return True
    return user.team_id is not None and owner.team_id == user.team_id
