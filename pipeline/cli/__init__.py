"""The command line. Each command says what it did, where the result lies, and what to do next."""

from pipeline.cli.main import main

__all__ = ["main"]
