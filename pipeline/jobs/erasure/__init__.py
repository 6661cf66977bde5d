"""Erasing persons from a dataset: found once, taken out of landing, versions and tables, and proved gone."""
