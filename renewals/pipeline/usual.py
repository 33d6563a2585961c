"""What a company begins with: the usual stages and reasons, each to be changed."""

from __future__ import annotations

from django.db import transaction

from renewals.pipeline.models import Category, Ends, LossReason, Stage

Word = Stage.Word
STAGES = (
    (Word.NOT_STARTED, Ends.OPEN, Category.PIPELINE, 20),
    (Word.IN_CONTACT, Ends.OPEN, Category.PIPELINE, 40),
    (Word.VALUE_AGREED, Ends.OPEN, Category.BEST_CASE, 60),
    (Word.OFFER_OUT, Ends.OPEN, Category.BEST_CASE, 70),
    (Word.VERBAL_YES, Ends.OPEN, Category.COMMIT, 90),
    (Word.SIGNED, Ends.SIGNED, Category.COMMIT, 100),
    (Word.LOST, Ends.LOST, Category.OMITTED, 0),
)


@transaction.atomic(savepoint=False)
def ensure() -> None:
    """The usual stages and reasons, where there are none yet; two who do it at once make them once."""
    Stage.objects.bulk_create(
        [
            Stage(word=word, place=place, ends=ends, category=category, probability=probability)
            for place, (word, ends, category, probability) in enumerate(STAGES)
        ],
        ignore_conflicts=True,
    )
    LossReason.objects.bulk_create(
        [LossReason(word=word, place=place) for place, word in enumerate(LossReason.Word)], ignore_conflicts=True
    )


def stages() -> list[Stage]:
    """Every stage, in order, those that are not used any more too. Makes the usual ones where there is none."""
    found = list(Stage.objects.all())
    if not found:
        ensure()
        found = list(Stage.objects.all())
    return found


def the(ends: Ends, among: list[Stage]) -> Stage:
    """The first stage in use of a kind: the one where a renewal begins, or the one that ends it."""
    return next(stage for stage in among if stage.ends == ends and stage.retired_at is None)


def not_known() -> LossReason:
    """The reason of a loss that nobody has explained yet."""
    found = LossReason.objects.filter(word=LossReason.Word.NOT_KNOWN).first()
    if found is None:
        ensure()
        found = LossReason.objects.get(word=LossReason.Word.NOT_KNOWN)
    return found
