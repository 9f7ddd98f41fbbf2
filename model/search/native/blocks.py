"""States by the block: bits into slices, gates over slices.

A *block* is up to 512 states. Its bits are turned into slices, one row of eight 64-bit words a
circuit node: bit `lane` of word `k` belongs to state `64 * k + lane` of the block. Every gate is
then evaluated for the whole block at once, and only enabled steps cost anything.
"""

from __future__ import annotations

import numpy as np

from model.search.native.machine import kernel

LANES = 512
WORDS = 8

ONE = np.uint64(1)
ALL = np.uint64(0xFFFFFFFFFFFFFFFF)


@kernel
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


@kernel
def load(states, first, lanes, inputs, values, square):
    """Turns states first.. into slices: row 1 + bit of `values`, and row 0 becomes false."""
    words = states.shape[1]
    for k in range(WORDS):
        values[0, k] = 0
        base = first + 64 * k
        present = min(64, max(0, lanes - 64 * k))
        for word in range(words):
            for lane in range(64):
                square[lane] = states[base + lane, word] if lane < present else np.uint64(0)
            transpose(square)
            for bit in range(min(64, inputs - 64 * word)):
                values[1 + 64 * word + bit, k] = square[bit]


@kernel
def evaluate(gates, inputs, values):
    """Evaluates every gate for the block."""
    node = 1 + inputs
    for g in range(gates.shape[0]):
        left, right = gates[g, 1], gates[g, 2]
        a_sign = ALL * np.uint64(left & 1)
        b_sign = ALL * np.uint64(right & 1)
        a, b = left >> 1, right >> 1
        if gates[g, 0] == 0:
            for k in range(WORDS):
                values[node, k] = (values[a, k] ^ a_sign) & (values[b, k] ^ b_sign)
        else:
            for k in range(WORDS):
                values[node, k] = (values[a, k] ^ a_sign) ^ (values[b, k] ^ b_sign)
        node += 1


@kernel
def slice_of(values, literal, k):
    """The value of a literal in word k of the block."""
    return values[literal >> 1, k] ^ (ALL * np.uint64(literal & 1))


@kernel
def present_lanes(lanes, k):
    """The lanes of word k that hold states."""
    present = min(64, max(0, lanes - 64 * k))
    return ALL if present == 64 else (ONE << np.uint64(present)) - ONE
