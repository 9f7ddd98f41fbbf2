"""How a page says what is typed and what comes of it."""

from __future__ import annotations

import pytest

from tests.commands_in_text import blocks, commands, files, is_shortened_from, script

PAGE = """
```sh
onevoice check --groups 2  # exit 12
onevoice explore           # serves until it is interrupted
pip install onevoice
```

```console
$ onevoice ask '∀ m: Member. crashed(m) # x' \\
    --groups 2
...
said
$ onevoice show x
```

```python
# a.py
file = 1
```

```python
print("one")
```

```text
one
```

Some words.

```python
print("two")
```

Words between.

```text
unrelated
```

````text
```sh
onevoice none
```
````
"""


def test_a_command_has_its_words_its_exit_code_and_what_it_prints() -> None:
    check, explore, ask, show = commands(PAGE)
    assert check.words == ("check", "--groups", "2")
    assert (check.exit, check.not_run, check.line) == (12, "", 3)
    assert explore.not_run == "serves until it is interrupted"
    assert ask.words == ("ask", "∀ m: Member. crashed(m) # x", "--groups", "2")
    assert (ask.exit, ask.not_run, ask.shown) == (0, "", "...\nsaid")
    assert (show.words, show.shown) == (("show", "x"), "")


def test_the_blocks_of_python_are_one_script_and_named_ones_are_files() -> None:
    code, shown = script(PAGE)
    assert code == 'print("one")\n\nprint("two")\n\n'
    assert shown == "one\n"
    assert files(PAGE) == {"a.py": "# a.py\nfile = 1\n"}


def test_a_block_in_a_block_is_text() -> None:
    assert [block.language for block in blocks(PAGE)][-1] == "text"


def test_a_line_that_is_no_command_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"line 2: what is 'onevocie'\?"):
        commands("```sh\nonevocie check\n```\n")
    with pytest.raises(ValueError, match="begins with"):
        commands("```console\nonevoice check\n```\n")


def test_what_is_shown_was_printed_in_this_order() -> None:
    printed = "a\nb  \nc\n"
    assert is_shortened_from("a\n...\nc", printed)
    assert is_shortened_from("b", printed)
    assert not is_shortened_from("c\na", printed)
    assert not is_shortened_from("d", printed)
