"""What a search reads: made from the patients by `words`, holds no fact of its own.

Keyed by the patient's number, four bytes instead of sixteen in every one of these rows.
"""

from django.db import models


class SearchLine(models.Model):
    """One row a patient: all words of all names, between spaces."""

    number = models.IntegerField(primary_key=True)
    birth_date = models.DateField()
    recency = models.SmallIntegerField()
    line = models.TextField(db_collation="C")

    class Meta:
        indexes = [
            models.Index(
                fields=["birth_date", "recency"], include=["number"], name="people_searchline_birth"
            )
        ]


class PatientWord(models.Model):
    """One row for each word of a patient's names; its only index holds whole rows."""

    pk = models.CompositePrimaryKey("recency", "word", "number")
    number = models.IntegerField()
    birth_date = models.DateField()
    recency = models.SmallIntegerField()
    word = models.TextField(db_collation="C")
    line = models.TextField(db_collation="C")


class Word(models.Model):
    """The dictionary: each word once, about how many patients have it, and how it sounds."""

    word = models.TextField(primary_key=True, db_collation="C")
    patients = models.IntegerField(default=1)
    sound = models.TextField(default="", db_collation="C")

    class Meta:
        indexes = [
            models.Index(fields=["sound"], name="people_word_sound", condition=~models.Q(sound=""))
        ]


class WordDeletion(models.Model):
    """A word of the dictionary with one letter left out, by which one slip is forgiven."""

    pk = models.CompositePrimaryKey("deletion", "word")
    deletion = models.TextField(db_collation="C")
    word = models.TextField(db_collation="C")
