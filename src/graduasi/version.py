"""The version of the library, kept in one place."""

VERSION = "0.2.0"
