"""What the kernels need of the machine and Python cannot say: bit counts, prefetch, atomics."""

from __future__ import annotations

from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

# Kernels allocate nothing, so they need no reference counts: counting them, atomically, at every
# call would cost as much as all the rest.
kernel = njit(cache=True, nogil=True, _nrt=False)  # type: ignore[call-overload]


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
