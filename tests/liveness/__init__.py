"""Responses of two classics, proved by rest for every size."""
