"""States by the block: bits into slices, gates over slices.

A *block* is up to 512 states. Its bits are turned into slices, one row of eight 64-bit words a
circuit node: bit `lane` of word `k` belongs to state `64 * k + lane` of the block. Every gate is
then evaluated for the whole block at once, and only enabled steps cost anything.

Outside of slices, the states of a block are kept word by word, uint64[words, states]: what is done
to all of them becomes vector instructions.
"""

from __future__ import annotations

import numpy as np

from model.search.native.kernels.machine import and_gate, inlined, inner, xor_gate

LANES = 512
WORDS = 8

ONE = np.uint64(1)
ALL = np.uint64(0xFFFFFFFFFFFFFFFF)


@inner
def transpose(block):
    """Transposes 64 rows of 64 bits in place (Hacker's Delight, 7-3, for 64 bits)."""
    j = np.uint64(32)
    mask = np.uint64(0x00000000FFFFFFFF)
    while j != 0:
        k = np.uint64(0)
        while k < 64:
            a, b = block[k], block[k + j]
            swap = ((a >> j) ^ b) & mask
            block[k + j] = b ^ swap
            block[k] = a ^ (swap << j)
            k = (k + j + ONE) & ~j
        j >>= ONE
        mask ^= mask << j


@inner
def load(rows, lanes, inputs, values, square):
    """Turns the first states into slices: row 1 + bit of `values`, and row 0 becomes false.

    Args:
        rows: uint64[words, states].
    """
    for k in range(WORDS):
        values[0, k] = 0
        present = min(64, max(0, lanes - 64 * k))
        for word in range((inputs + 63) // 64):
            bits = min(64, inputs - 64 * word)
            if present == 0:
                for bit in range(bits):
                    values[1 + 64 * word + bit, k] = 0
                continue
            for lane in range(present):
                square[lane] = rows[word, 64 * k + lane]
            for lane in range(present, 64):
                square[lane] = 0
            transpose(square)
            for bit in range(bits):
                values[1 + 64 * word + bit, k] = square[bit]


@inner
def unload(values, k, present, order, rows, square):
    """Turns the slices of word k back into its states; bit i comes from the slice of `order[i]`."""
    inputs = order.shape[0]
    for word in range(rows.shape[0]):
        bits = min(64, max(0, inputs - 64 * word))
        for bit in range(bits):
            square[bit] = values[1 + order[64 * word + bit], k]
        for bit in range(bits, 64):
            square[bit] = 0
        transpose(square)
        for lane in range(present):
            rows[word, 64 * k + lane] = square[lane]


@inner
def evaluate(gates, inputs, values):
    """Evaluates every gate for the block."""
    node = np.int64(1 + inputs)
    for g in range(gates.shape[0]):
        left, right = np.int64(gates[g, 1]), np.int64(gates[g, 2])
        a_sign, b_sign = ALL * np.uint64(left & 1), ALL * np.uint64(right & 1)
        if gates[g, 0] == 0:
            and_gate(values, node, left >> 1, right >> 1, a_sign, b_sign)
        else:
            xor_gate(values, node, left >> 1, right >> 1, a_sign, b_sign)
        node += 1


@inlined
def slice_of(values, literal, k):
    """The value of a literal in word k of the block."""
    return values[literal >> 1, k] ^ (ALL * np.uint64(literal & 1))


@inlined
def present_lanes(lanes, k):
    """The lanes of word k that hold states."""
    present = min(64, max(0, lanes - 64 * k))
    return ALL if present == 64 else (ONE << np.uint64(present)) - ONE
