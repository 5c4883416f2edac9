"""A table may point to tables of its own room and of rooms below: import-linter cannot see that."""

from django.apps import apps
from django.conf import settings
from django.db.models import ForeignObject, Model


def rooms_models() -> list[type[Model]]:
    return [model for model in apps.get_models() if model._meta.app_label in settings.ROOMS]


def test_foreign_keys_point_down() -> None:
    upward = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in rooms_models()
        for field in model._meta.get_fields()
        if isinstance(field, ForeignObject) and not _points_down(model, field.related_model)
    ]
    assert upward == []


def _points_down(model: type[Model], target: type[Model]) -> bool:
    rank = settings.ROOMS.index
    label = target._meta.app_label
    return label in settings.ROOMS and rank(label) <= rank(model._meta.app_label)


def test_relations_of_many_are_rows_of_their_own() -> None:
    """A hidden table would have neither an id of ours nor a place for who and when."""
    wrong = [
        model._meta.label
        for model in rooms_models()
        if model._meta.many_to_many or model._meta.auto_created
    ]
    assert wrong == []


def test_the_rooms_are_those_of_the_contract() -> None:
    """Settings and .importlinter name the same order."""
    from configparser import ConfigParser

    contract = ConfigParser()
    contract.read(".importlinter")
    layers = contract["importlinter:contract:rooms"]["layers"].split()
    assert [room for room in reversed(layers) if room in settings.ROOMS] == settings.ROOMS
