"""The parameters of the list of programs."""

from api.parameters import Text
from api.v1.filters.base import Condition, ListParameters, cited, identifiers, records, slugs, texts, texts_of
from sanctions.models import Actor, Designation, Identifier, Order, Program


class ProgramParameters(ListParameters):
    """What programs are asked for by."""

    within = {
        "territory": (Program.territories.through.objects.all, "program"),
        "order": (Order.programs.through.objects.all, "program"),
        "designation": (Designation.objects.published, "program"),
    }

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
    issuer, issuer__in = records("Who runs the regime.", Actor, "issuer")
    territory, territory__in = records("A state it is about.", Actor, "actor", within="territory")
    order, order__in = records("An order that belongs to it.", Order, "order", within="order")
    designated, designated__in = records("An actor designated under it.", Actor, "actor", within="designation")
    list_name = Condition(Text("Words in the name of its list."), "list_name__icontains")
    source = cited("program")
