"""The parameters of the list of programs."""

from api.v1.filters.columns import FilterColumn
from api.v1.filters.conditions import cited, identifiers, slugs, texts, texts_of
from api.v1.filters.lists import ListParameters
from sanctions.models import Identifier, Program


class ProgramParameters(ListParameters):
    """The filters of programs."""

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
    name = FilterColumn("name")
    issuer = FilterColumn("issuer")
    territory = FilterColumn("territories", "A state it is about.")
    order = FilterColumn("orders", "An order that belongs to it.")
    designated = FilterColumn("designations__actor", "An actor designated under it.")
    list_name = FilterColumn("list_name", "Words in the name of its list.", bare="icontains")
    summary = FilterColumn("summary")
    note = FilterColumn("note")
    source = cited("program")
