"""Reductions leave states out, and no verdict: judged by brute force on small specs."""
