"""Tokens by which programs come in at the JSON door: for what, for whose data, until when.

A token is told once and kept as its hash; what a program does and sees is recorded as its own.
"""
