"""Both directions: no behaviour without a test or a deferral, no test of the local service without a behaviour."""

from __future__ import annotations

import re
from collections import Counter
from importlib import import_module

import pytest

from .behaviour import OWN, U
from .collection import held
from .manifest import AREAS, MANIFEST
from .report import PAGE, holders, with_report

KNOWN = {each.id: each for each in MANIFEST}


def test_ids_are_unique_and_named_after_their_area() -> None:
    assert [name for name, count in Counter(each.id for each in MANIFEST).items() if count > 1] == []
    wrong = [each.id for area, rows in AREAS.items() for each in rows if not re.fullmatch(rf"{area}-\d\d", each.id)]
    assert wrong == []


def test_every_behaviour_is_a_sentence_with_a_source() -> None:
    assert [each.id for each in MANIFEST if not each.sentence.endswith(".")] == []
    assert [each.id for each in MANIFEST if (each.confidence is OWN) != (each.section == "")] == []


def test_every_behaviour_has_a_test_or_a_reason_why_not() -> None:
    tests = holders(held())
    assert [each.id for each in MANIFEST if each.id not in tests and not each.deferral] == []


def test_nothing_is_deferred_that_a_test_holds() -> None:
    tests = holders(held())
    assert {each.id: tests[each.id] for each in MANIFEST if each.deferral and each.id in tests} == {}


def test_every_test_of_the_local_service_holds_a_known_behaviour() -> None:
    assert [test for test, ids in held().items() if not ids] == []
    assert {each for ids in held().values() for each in ids if each not in KNOWN} == set()


def test_every_unknown_has_one_place_in_the_code() -> None:
    assert [each.id for each in MANIFEST if (each.confidence is U) != bool(each.default)] == []
    assert [each.section for each in AREAS["unknowns"]] == [f"§20.{number}" for number in range(1, 32)]


@pytest.mark.parametrize("default", sorted({each.default for each in MANIFEST if each.default}))
def test_that_place_exists(default: str) -> None:
    module, _, name = default.partition(":")
    assert hasattr(import_module(module), name)


def test_the_page_shows_the_table_as_it_is() -> None:
    page = PAGE.read_text()
    assert page == with_report(page), "run: python -m tests.requirements --write"
