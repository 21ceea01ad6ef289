"""Every message is translated: whole, with the same placeholders, and into Vietnamese."""

import re
import string

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from analysis import messages, policy
from analysis.fields import FIELDS
from analysis.indicators.actions import actions

ENGLISH = re.compile(r"\b(?:the|of|and|is|are|was|were|with|for|from|that|this|which|not|has|have|by|its)\b", re.I)
VIETNAMESE = re.compile(r"[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]", re.I)


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    with messages.PO.open("rb") as file:
        return read_po(file, locale="vi")


def placeholders(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name is not None}


def test_the_catalogue_has_what_is_used_and_nothing_else(catalogue: Catalog) -> None:
    assert {str(message.id) for message in catalogue if message.id} == set(messages.used())


def test_every_message_is_translated_and_none_is_a_guess(catalogue: Catalog) -> None:
    assert len(catalogue) > 100
    assert [message.id for message in catalogue if message.id and (message.fuzzy or not message.string)] == []


def test_both_languages_have_the_same_placeholders(catalogue: Catalog) -> None:
    pairs = [(str(message.id), str(message.string)) for message in catalogue if message.id]
    assert [en for en, vi in pairs if placeholders(en) != placeholders(vi)] == []
    assert any(placeholders(en) for en, _ in pairs)


def test_no_english_is_left_in_vietnamese(catalogue: Catalog) -> None:
    translations = [str(message.string) for message in catalogue if message.id]
    assert [vi for vi in translations if ENGLISH.search(re.sub(r"\{\w+\}", "", vi))] == []
    assert [vi for vi in translations if not VIETNAMESE.search(vi)] == []


def test_markdown_keeps_its_headings_and_marks(catalogue: Catalog) -> None:
    for message in catalogue:
        if message.id:
            heading = re.match(r"#*", str(message.id))
            assert re.match(r"#*", str(message.string)).group() == heading.group(), message.id


def test_labels_of_fields_rows_and_actions_are_in_both_languages() -> None:
    index = policy.index_766()
    labels = [(field.vi, field.en) for field in FIELDS.values()]
    for named in (*index.groups, *index.rows, *index.bands, *actions()):
        labels.append((named.label.vi, named.label.en))
    assert [vi for vi, _ in labels if ENGLISH.search(vi)] == []
    assert [en for _, en in labels if not en or VIETNAMESE.search(en)] == []
