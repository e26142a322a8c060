"""Studies are tested as the lab is: with shapes and types checked."""

from tests.lab.conftest import locks

__all__ = ["locks"]
