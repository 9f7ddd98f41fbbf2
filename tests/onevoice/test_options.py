"""Sizes and words."""

from __future__ import annotations

import click
import pytest

from onevoice.memory import free_bytes
from onevoice.options import Size, nearest
from onevoice.report import words


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("1", 1),
        ("4K", 4096),
        ("1.5k", 1536),
        ("512M", 512 << 20),
        ("4G", 4 << 30),
        ("2 GiB", 2 << 30),
    ],
)
def test_a_size_is_read(text: str, size: int) -> None:
    assert Size().convert(text, None, None) == size


@pytest.mark.parametrize("text", ["", "0", "-1", "4X", "G", "1e9", "٤G", "9" * 30])
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(click.BadParameter, match="is no size"):
        Size().convert(text, None, None)


def test_the_nearest_name_is_suggested_whatever_its_case() -> None:
    assert nearest("atmost", ["AtMostOnce", "Agreement"]) == ": did you mean 'AtMostOnce'?"
    assert nearest("zzz", ["a", "b"]) == ": choose from a, b"


def test_sizes_are_written_in_the_unit_that_reads_best() -> None:
    assert [words.size(n) for n in (0, 1023, 1536, 300 << 20, 12 << 30)] == [
        "0 B", "1023 B", "1.5 KiB", "300 MiB", "12.0 GiB",
    ]  # fmt: skip


def test_the_free_memory_is_some_but_not_endless() -> None:
    assert 1 << 20 <= free_bytes() < 1 << 50
