"""How another checker is run on an exported text, so that its counts are ours.

The heads of the exporters say more about what their checkers count. Rumur and TLC stop at the
first error, so their counts are ours where nothing is violated.
"""

from __future__ import annotations

import platform
import shlex

from model.export import Format

CHECKERS: dict[Format, str] = {"tla": "TLC", "murphi": "Rumur", "promela": "SPIN"}

COUNTS: dict[Format, str] = {
    "tla": "its distinct states are ours, its states generated our transitions and initial states",
    "murphi": "its states are ours, its rules fired our transitions",
    "promela": "its states stored are ours, its transitions are ours and one more",
}


def command(format: Format, file: str) -> str:
    """The line for a shell that runs the checker, in the folder of the text.

    Args:
        format: the language of the text.
        file: the name of the text's file; of TLA+ the module's, the configuration lies beside it.
    """
    name, stem = shlex.quote(file), shlex.quote(file.rpartition(".")[0])
    match format:
        case "tla":
            # Without -noGenerateSpecTE an error leaves files behind.
            java = "java -XX:+UseParallelGC -cp /path/to/tla2tools.jar tlc2.TLC"
            return f"{java} -workers auto -noGenerateSpecTE {stem}"
        case "murphi":
            # Rumur compares and swaps 16 bytes at once, for which x86-64 needs leave.
            wide = " -mcx16" if platform.machine().lower() in ("x86_64", "amd64") else ""
            return (
                f"rumur --deadlock-detection off -o {stem}.c {name} && "
                f"cc -O3{wide} -o {stem} {stem}.c -lpthread && ./{stem}"
            )
        case "promela":
            # The texts are made of expressions at which compilers warn in hundreds of lines.
            return (
                f"spin -a {name} && cc -w -O3 -DSAFETY -DNOREDUCE -o pan pan.c && "
                "./pan -c0 -n -m1000000"
            )
