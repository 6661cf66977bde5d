"""One component a file: constants, frozen configuration, frozen resources, component."""
