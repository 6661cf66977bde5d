"""Erasing persons: who asked for it, how they are kept out, and the proof that they are gone."""
