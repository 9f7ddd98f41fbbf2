"""What the kernels need of the machine and Python cannot say: bit counts, prefetch, atomics."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from llvmlite import ir
from numba import config, njit, types
from numba.extending import intrinsic


def _cache_folder() -> str:
    """Where compiled kernels are kept: a folder of their own for each version of their source.

    Numba notices a change of the file that a kernel is in, not of the files whose kernels it
    calls; a folder named by the digest of them all makes stale machine code impossible. It
    belongs to the user alone, since code is loaded from it.
    """
    digest = hashlib.sha256()
    for file in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(file.read_bytes())
    name = f"kernels-{digest.hexdigest()[:16]}"
    cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    mine = Path(tempfile.gettempdir()) / f"onevoice-{os.getuid()}"
    for base in (Path(cache).expanduser() / "onevoice", mine):
        folder = base / name
        with suppress(OSError, RuntimeError):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if folder.stat().st_uid == os.getuid() and os.access(folder, os.W_OK):
                return str(folder)
    return tempfile.mkdtemp(prefix="onevoice-")  # compiled anew in each process


_CACHE_FOLDER = _cache_folder()


def _compiled(function: Callable[..., Any], **options: bool) -> Any:
    """For threads that run side by side.

    Kernels allocate nothing, so they need no reference counts (`_nrt=False`): counting them,
    atomically, at every call would cost as much as all the rest.
    """
    return njit(nogil=True, _nrt=False, **options)(function)  # type: ignore[call-overload]


def kernel(function: Callable[..., Any]) -> Any:
    """Compiles a function that Python calls, once for all processes."""
    others = config.CACHE_DIR  # type: ignore[attr-defined]
    config.CACHE_DIR = _CACHE_FOLDER  # type: ignore[attr-defined]
    try:
        return _compiled(function, cache=True)
    finally:
        config.CACHE_DIR = others  # type: ignore[attr-defined]


def inner(function: Callable[..., Any]) -> Any:
    """Compiles a function that only kernels call.

    It is not cached by itself: what comes from a cache is machine code, which cannot be inlined,
    and then a search would be three times slower than one whose kernels were compiled together.
    """
    return _compiled(function)


def inlined(function: Callable[..., Any]) -> Any:
    """As `inner`, for what is called once a transition: a call would cost as much as it does."""
    return _compiled(function, forceinline=True)


def _of_uint64(emit):
    """An intrinsic from uint64 to uint64."""

    def typing(typingctx, x):
        def generate(context, builder, signature, args):
            return emit(builder, args[0])

        return types.uint64(types.uint64), generate

    return intrinsic(typing)


trailing_zeros = _of_uint64(lambda builder, x: builder.cttz(x, ir.Constant(ir.IntType(1), 0)))
ones = _of_uint64(lambda builder, x: builder.ctpop(x))


def _pointer(context, builder, array_type, array, index):
    data = context.make_array(array_type)(context, builder, array).data
    return builder.gep(data, [index])


@intrinsic
def prefetch(typingctx, array, index):
    """Asks for the cache line of array[index], the array taken as one-dimensional."""

    def generate(context, builder, signature, args):
        pointer = _pointer(context, builder, signature.args[0], *args)
        byte, int32 = ir.IntType(8).as_pointer(), ir.IntType(32)
        function = builder.module.declare_intrinsic(
            "llvm.prefetch", [byte], ir.FunctionType(ir.VoidType(), [byte, int32, int32, int32])
        )
        builder.call(function, [builder.bitcast(pointer, byte), int32(0), int32(3), int32(1)])
        return context.get_dummy_value()

    return types.void(array, types.int64), generate


_WIDE = ir.VectorType(ir.IntType(64), 8)


def _gate(emit: Callable[..., Any]) -> Any:
    """An intrinsic over rows of eight words: values[node] = emit(values[a] ^ s, values[b] ^ t).

    Written as vector instructions, since Numba does not find them by itself.
    """

    def typing(typingctx, values, node, a, b, s, t):
        def generate(context, builder, signature, args):
            array, node, a, b, s, t = args

            def row(number):
                eight = builder.mul(number, ir.Constant(number.type, 8))
                words = _pointer(context, builder, signature.args[0], array, eight)
                return builder.bitcast(words, _WIDE.as_pointer())

            def operand(number, sign):
                return builder.xor(builder.load(row(number), align=8), _splat(builder, sign))

            builder.store(emit(builder, operand(a, s), operand(b, t)), row(node), align=8)
            return context.get_dummy_value()

        number, sign = types.int64, types.uint64
        return types.void(values, number, number, number, sign, sign), generate

    return intrinsic(typing)


def _compared(shift: int) -> Any:
    """An intrinsic: which of array[index], ..., array[index + 7] are a value, as a mask.

    Only the bits from `shift` on are compared.
    """

    def typing(typingctx, array, index, value):
        def generate(context, builder, signature, args):
            array, index, value = args
            words = _pointer(context, builder, signature.args[0], array, index)
            eight = builder.load(builder.bitcast(words, _WIDE.as_pointer()), align=8)
            different = builder.xor(eight, _splat(builder, value))
            if shift:
                by = _splat(builder, ir.Constant(ir.IntType(64), shift))
                different = builder.lshr(different, by)
            equal = builder.icmp_unsigned("==", different, ir.Constant(_WIDE, None))
            return builder.zext(builder.bitcast(equal, ir.IntType(8)), ir.IntType(64))

        return types.uint64(array, types.int64, types.uint64), generate

    return intrinsic(typing)


def _splat(builder, value):
    """Eight times the same value."""
    wide = ir.Constant(_WIDE, ir.Undefined)
    for lane in range(8):
        wide = builder.insert_element(wide, value, ir.Constant(ir.IntType(32), lane))
    return wide


matches = _compared(0)
matches_upper_half = _compared(32)

and_gate = _gate(lambda builder, a, b: builder.and_(a, b))
xor_gate = _gate(lambda builder, a, b: builder.xor(a, b))


@intrinsic
def claim(typingctx, array, index, value):
    """Puts a value where array[index] is zero, atomically. Returns what was there before."""

    def generate(context, builder, signature, args):
        pointer = _pointer(context, builder, signature.args[0], args[0], args[1])
        zero = ir.Constant(ir.IntType(64), 0)
        result = builder.cmpxchg(pointer, zero, args[2], "seq_cst", "seq_cst")
        return builder.extract_value(result, 0)

    return types.uint64(array, types.int64, types.uint64), generate


@intrinsic
def reserve(typingctx, array, amount):
    """Adds to array[0] atomically. Returns what was there before."""

    def generate(context, builder, signature, args):
        zero = ir.Constant(ir.IntType(64), 0)
        pointer = _pointer(context, builder, signature.args[0], args[0], zero)
        return builder.atomic_rmw("add", pointer, args[1], "seq_cst")

    return types.int64(array, types.int64), generate
