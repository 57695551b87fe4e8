"""The parameters of the list of programs."""

from api.v1.filters.base import ListParameters, cited, identifiers, slugs, texts, texts_of
from api.v1.filters.columns import Column
from sanctions.models import Identifier, Program


class ProgramParameters(ListParameters):
    """What programs are asked for by."""

    model = Program

    slug__in = slugs(Program)
    search = texts(
        "Words, each found in the name, an identifier, the list's name, the summary or the slug.",
        "name",
        "list_name",
        "summary",
        "slug",
        texts_of(Identifier, "program", "value"),
    )
    identifier = identifiers("program")
    name = Column("name")
    issuer = Column("issuer")
    territory = Column("territories", "A state it is about.")
    order = Column("orders", "An order that belongs to it.")
    designated = Column("designations__actor", "An actor designated under it.")
    list_name = Column("list_name", "Words in the name of its list.", bare="icontains")
    summary = Column("summary")
    note = Column("note")
    source = cited("program")
