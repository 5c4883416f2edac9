"""Caredesk: the desk at which one person runs a medical practice."""
