"""Recall and precision of redaction, measured on every run by values that we plant."""
