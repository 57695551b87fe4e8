"""Declare the parameters of a request as attributes of a class, inherited and overridden as Python attributes are."""

from __future__ import annotations

from typing import Any, ClassVar


class Declaration:
    """Something that a class of parameters declares under a name."""


class Declaring:
    """A class whose declarations are collected in ``declared``, those of its bases first.

    A declaration is removed from the class itself, so that a parameter may have the name of a method. A subclass
    drops an inherited declaration by assigning ``None`` to its name.
    """

    declared: ClassVar[dict[str, Declaration]] = {}

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        inherited: dict[str, Declaration] = {}
        for base in cls.__bases__:
            declared: dict[str, Declaration] = getattr(base, "declared", {})
            inherited |= {name: declaration for name, declaration in declared.items() if name not in vars(cls)}
        declarations = {name: value for name, value in vars(cls).items() if isinstance(value, Declaration)}
        for name in declarations:
            delattr(cls, name)
        cls.declared = inherited | declarations
        cls.on_declared()

    @classmethod
    def on_declared(cls) -> None:
        """Compute what depends on ``declared``; called once for each class."""
