"""Subjects of an erasure or an access request, found in landing."""
