"""The rules of the seeds, and the law that they record."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from sanctions.loading.documents import Incoming
from sanctions.loading.yaml_files import read_folder
from sanctions.models import Actor, Agreement, Commitment, Event, Order, Participation, Source, Violation
from sanctions.records.base import Document, Rows
from sanctions.records.encode import encode_many
from sanctions.records.registry import RECORD_TYPES
from sanctions.records.validate import validate
from sanctions.standing import TABLE
from sanctions.vocabulary import State, Subject

pytestmark = pytest.mark.django_db
SEEDS = settings.BASE_DIR / "seeds"
FILES = sorted(SEEDS.rglob("*.yaml"))
DAY = date(2025, 11, 30)


@pytest.fixture(scope="module")
def records() -> list[Incoming]:
    """Return every document of the seeds."""
    return read_folder(SEEDS)


def texts(value: object) -> list[str]:
    """Return every text in a document."""
    if isinstance(value, dict):
        return [text for item in value.values() for text in texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in texts(item)]
    return [value] if isinstance(value, str) else []


# --- The files ----------------------------------------------------------------------------------


def test_every_document_is_well_formed(records: list[Incoming]) -> None:
    problems = [str(p) for item in records for p in validate(item.record_type, item.document, item.origin)]
    assert problems == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(SEEDS)))
def test_a_file_is_of_a_size_that_a_person_can_edit(file: Path) -> None:
    lines = file.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# "), "a file begins by saying what is in it"
    assert len(lines) <= 620
    assert max(map(len, lines)) <= 260


def test_documents_are_written_as_the_codec_writes_them(seeded: None, records: list[Incoming]) -> None:
    for record_type in RECORD_TYPES:
        model = record_type.model
        written = {item.slug: item.document for item in records if item.record_type is record_type}
        ids = dict(model._default_manager.values_list("slug", "pk"))
        encoded = encode_many(record_type, list(ids.values()))
        assert written, record_type.name
        for slug, document in written.items():
            assert document == encoded[ids[slug]], slug
            assert list(document) == list(encoded[ids[slug]]), slug


def test_no_slug_is_used_twice(records: list[Incoming]) -> None:
    used: Counter[tuple[str, str]] = Counter()
    for item in records:
        used[item.record_type.name, item.slug] += 1
        for key in item.record_type.keys:
            if isinstance(key, Rows):
                used.update((key.name, row["slug"]) for row in item.document.get(key.name, []) if "slug" in row)
    assert [slug for slug, times in used.items() if times > 1] == []


def test_nothing_tells_of_where_it_was_prepared(records: list[Incoming]) -> None:
    private = re.compile(r"\bseeds?\b|dossier|local copy|research/", re.IGNORECASE)
    leaks = [
        (item.slug, text)
        for item in records
        for text in texts({key: value for key, value in item.document.items() if key != "source_url"})
        if private.search(text)
    ]
    assert leaks == []


def test_quotations_are_short(records: list[Incoming]) -> None:
    quotes = [row["quote"] for item in records for row in item.document.get("positions", []) if "quote" in row]
    assert quotes
    assert max(len(quote.split()) for quote in quotes) <= 6


# --- Sources ------------------------------------------------------------------------------------


def test_every_record_cites_a_source(records: list[Incoming]) -> None:
    assert [i.slug for i in records if i.record_type.name != "source" and not i.document.get("citations")] == []


def test_every_source_is_cited(records: list[Incoming]) -> None:
    cited = {row["source"] for item in records for row in item.document.get("citations", [])}
    assert {item.slug for item in records if item.record_type.name == "source"} - cited == set()


def test_credibility_follows_the_rule_of_the_readme(records: list[Incoming]) -> None:
    assert {row["credibility"] for item in records for row in item.document.get("citations", [])} == {"1", "2", "6"}
    strong = {"primary_legal_text", "official_report"}
    kinds = {item.slug: item.document["kind"] for item in records if item.record_type.name == "source"}
    for item in records:
        confirmed = [row["source"] for row in item.document.get("citations", []) if row["credibility"] == "1"]
        if confirmed:
            assert len(confirmed) >= 2, item.slug
            assert strong & {kinds[source] for source in confirmed}, item.slug


def test_what_is_from_memory_waits_in_review_unless_it_is_public_law(records: list[Incoming]) -> None:
    kinds = {item.slug: item.document["kind"] for item in records if item.record_type.name == "source"}
    assert records
    excused = {"npt-in-force", "iaea-closes-83-7-percent-question", "us-gl-i-issued"}
    for item in records:
        rows = item.document.get("citations", [])
        if rows and {row["credibility"] for row in rows} == {"6"} and item.slug not in excused:
            legal = any(kinds[row["source"]] == "primary_legal_text" for row in rows)
            assert (item.state == State.PUBLISHED) == legal, item.slug


def test_published_events_name_nobody_who_is_in_review(seeded: None) -> None:
    hidden = Participation.objects.filter(event__state=State.PUBLISHED).exclude(actor__state=State.PUBLISHED)
    assert list(hidden.values_list("event__slug", "actor__slug")) == []


# --- Orders -------------------------------------------------------------------------------------

PART = ("us-eo-12205", "us-eo-12211", "us-eo-12957", "us-eo-12959", "us-proc-4702")
ENDED = (
    *("us-eo-12285", "us-eo-12613", "us-eo-13574", "us-eo-13590", "us-eo-13622", "us-eo-13628", "us-eo-13645"),
    *("us-eo-13716", "us-eo-13769", "us-eo-13780", "us-proc-9645", "us-gl-h", "us-gl-i"),
    *("us-jpoa-waivers-2014", "us-jcpoa-contingent-waivers-2015", "us-oil-exceptions-2018"),
    *("us-nuclear-project-waivers-2018", "us-chabahar-exception-2018", "us-iraq-electricity-waiver"),
    *("un-sc-res-457", "un-sc-res-461", "un-sc-res-2224", "un-sc-res-2231"),
    *("eu-cp-2007-140-cfsp", "eu-reg-423-2007", "eu-reg-961-2010", "eu-reg-42-2014", "uk-si-2019-134"),
)


def test_the_standing_of_every_order(seeded: None) -> None:
    found = dict(Order.objects.with_standing(DAY).values_list("slug", "standing"))
    told = dict.fromkeys(found, "in_force") | dict.fromkeys(PART, "in_force_in_part") | dict.fromkeys(ENDED, "ended")
    assert len(told) == 145
    assert {slug: code for slug, code in found.items() if told[slug] != code} == {}


@pytest.mark.parametrize(
    ("slug", "day", "standing"),
    [
        ("us-eo-13645", "2013-06-15", "not_yet_in_force"),
        ("us-eo-13645", "2015-06-01", "in_force"),
        ("us-eo-13645", "2016-06-01", "ended"),
        ("us-eo-13645", "2019-06-01", "ended"),
        ("us-eo-13716", "2018-08-06", "in_force"),
        ("us-eo-13716", "2018-08-07", "ended"),
        ("us-eo-13846", "2018-08-06", "not_yet_in_force"),
        ("us-eo-13846", "2018-08-07", "in_force"),
        ("us-pl-112-81", "2013-01-01", "in_force"),
        ("us-pl-112-81", "2017-01-01", "in_force_in_part"),
        ("us-pl-112-81", "2018-10-01", "in_force"),
        ("us-pl-112-81", "2019-03-01", "in_force_in_part"),
        ("us-pl-112-81", "2019-06-01", "in_force"),
        ("us-pl-104-172", "2026-12-30", "in_force"),
        ("us-pl-104-172", "2026-12-31", "ended"),
        ("eu-reg-267-2012", "2015-01-01", "in_force_in_part"),
        ("eu-reg-267-2012", "2013-01-01", "in_force"),
        ("un-sc-res-1929", "2015-12-31", "in_force"),
        ("un-sc-res-1929", "2016-01-16", "ended"),
        ("un-sc-res-1929", "2025-09-28", "in_force"),
        ("us-eo-12170", "2009-06-01", "in_force"),
    ],
)
def test_the_standing_of_an_order_on_a_day(seeded: None, slug: str, day: str, standing: str) -> None:
    assert Order.objects.with_standing(date.fromisoformat(day)).get(slug=slug).standing == standing


def test_the_return_of_the_un_resolutions_is_contested(seeded: None) -> None:
    event = Event.objects.get(slug="un-snapback-takes-effect")
    returned = event.effects.filter(verb="snapped_back", contested=True).values_list("order__slug", flat=True)
    assert sorted(returned) == [f"un-sc-res-{number}" for number in (1696, 1737, 1747, 1803, 1835, 1929)]


def test_every_order_says_when_it_was_issued_and_took_effect_once(seeded: None) -> None:
    orders = list(Order.objects.prefetch_related("effects"))
    assert orders
    for order in orders:
        verbs = Counter(effect.verb for effect in order.effects.all())
        assert (verbs["issued"], verbs["took_effect"]) == (1, 1), order.slug


def test_identifiers_name_one_order_each(records: list[Incoming]) -> None:
    single = {"us-eo", "us-nspm", "us-proclamation", "un-symbol", "celex", "uk-si", "cfr", "fr-document"}
    named = Counter(
        (row["scheme"], row["value"])
        for item in records
        if item.record_type.name == "order"
        for row in item.document.get("identifiers", [])
        if row["scheme"] in single
    )
    assert named
    assert [identifier for identifier, times in named.items() if times > 1] == []


# --- Agreements, commitments, violations --------------------------------------------------------


@pytest.mark.parametrize(
    ("agreement", "party", "day", "standing"),
    [
        ("jcpoa", "united-states", "2018-05-07", "party"),
        ("jcpoa", "united-states", "2018-05-09", "withdrawn"),
        ("jcpoa", "united-states", "2022-01-01", "withdrawn"),
        ("jcpoa", "iran", "2016-01-15", "signatory"),
        ("jcpoa", "iran", "2019-06-01", "performing_in_part"),
        ("jcpoa", "iran", "2021-03-01", "not_performing"),
        ("jcpoa", "iran", "2025-10-18", "considers_ended"),
        ("jcpoa", "china", "2025-02-07", "party"),
        ("jcpoa", "france", "2025-02-07", "party"),
        ("jcpoa", "european-union", "2025-11-30", "party"),
        ("treaty-of-amity-1955", "united-states", "2019-10-02", "party"),
        ("treaty-of-amity-1955", "united-states", "2019-10-03", "ended"),
        ("iaea-additional-protocol", "iran", "2005-01-01", "provisional"),
        ("iaea-additional-protocol", "iran", "2010-01-01", "signatory"),
        ("iaea-additional-protocol", "iran", "2022-01-01", "suspended"),
        ("iaea-safeguards-agreement", "iran", "2025-08-01", "suspended"),
        ("jpoa", "united-kingdom", "2014-06-01", "party"),
        ("jpoa", "united-kingdom", "2016-06-01", "ended"),
        ("npt", "iran", "1969-01-01", "signatory"),
        ("npt", "iran", "1975-01-01", "party"),
    ],
)
def test_the_standing_of_a_party(seeded: None, agreement: str, party: str, day: str, standing: str) -> None:
    rows = Agreement.objects.with_party_standing(date.fromisoformat(day), Actor.objects.get(slug=party))
    assert rows.get(slug=agreement).party_standing == standing


@pytest.mark.parametrize(
    ("commitment", "day", "standing"),
    [
        ("jcpoa-stockpile-cap", "2016-01-15", "not_yet_binding"),
        ("jcpoa-stockpile-cap", "2016-01-16", "binding"),
        ("jcpoa-stockpile-cap", "2019-05-08", "not_performed"),
        ("jcpoa-stockpile-cap", "2031-01-16", "lapsed"),
        ("jcpoa-natanz-centrifuges", "2026-01-16", "lapsed"),
        ("jcpoa-us-sanctions", "2018-06-01", "not_performed_in_part"),
        ("jcpoa-us-sanctions", "2018-12-01", "not_performed"),
        ("paris-suspend", "2005-09-01", "lapsed"),
        ("tehran2010-swap", "2025-01-01", "not_yet_binding"),
    ],
)
def test_the_standing_of_a_commitment(seeded: None, commitment: str, day: str, standing: str) -> None:
    assert Commitment.objects.with_standing(date.fromisoformat(day)).get(slug=commitment).standing == standing


def test_relief_is_owed_for_limits_and_limits_for_relief(seeded: None) -> None:
    cap = Commitment.objects.get(slug="jcpoa-stockpile-cap")
    relief = Commitment.objects.get(slug="jcpoa-us-sanctions")
    assert relief in cap.in_return_for.all()
    assert cap in relief.in_return_for.all()
    assert cap.verifier
    assert cap.verifier.slug == "iaea"


def test_what_somebody_denies_is_disputed_until_it_is_settled(seeded: None) -> None:
    contested = {"denied", "disputed"}
    violations = list(Violation.objects.published().with_standing(DAY).prefetch_related("effects"))
    assert violations
    for violation in violations:
        verbs = {effect.verb for effect in violation.effects.all()}
        assert verbs & {"alleged", "reported", "found"}, violation.slug
        if verbs & {"cured", "admitted"}:
            expected = {"cured"}
        elif verbs & contested:
            expected = {"disputed"}
        else:
            expected = {"alleged", "reported", "found"}
        assert violation.standing in expected, violation.slug


def test_every_violation_has_one_who_claims_it_and_one_who_is_accused(records: list[Incoming]) -> None:
    claimed = {
        effect["violation"]
        for item in records
        for effect in item.document.get("effects", [])
        if effect["verb"] in ("alleged", "reported", "found") and effect.get("party")
    }
    violations = [item for item in records if item.record_type.name == "violation"]
    assert len(violations) == 70
    assert {item.slug for item in violations} == claimed
    assert all(item.document.get("accused") for item in violations)


def test_a_claim_without_a_day_of_its_own_is_marked_and_said_to_be(records: list[Incoming]) -> None:
    approximate = [
        item for item in records if any("~" in effect["effective_on"] for effect in item.document.get("effects", []))
    ]
    assert approximate
    for item in approximate:
        assert "approximate" in item.document.get("note", ""), item.slug


def test_verbs_fit_their_subjects(records: list[Incoming]) -> None:
    effects = [(item.slug, effect) for item in records for effect in item.document.get("effects", [])]
    assert effects
    for slug, effect in effects:
        assert effect["verb"] in TABLE[_subject(effect)], (slug, effect)


def _subject(effect: Document) -> Subject:
    for subject in (Subject.ORDER, Subject.MEASURE, Subject.COMMITMENT, Subject.VIOLATION):
        if subject in effect:
            return subject
    return Subject.PARTY if "party" in effect else Subject.AGREEMENT


def test_sums_are_in_whole_units_of_the_currency(seeded: None) -> None:
    penalty = Event.objects.get(slug="lloyds-tsb-settlement").penalties.get()
    assert (int(penalty.amount), penalty.currency) == (350_000_000, "USD")


def test_the_news_report_is_a_source_like_any_other(seeded: None) -> None:
    source = Source.objects.get(slug="news-report-2025-02")
    assert source.is_published
    assert source.absences == {"publisher": "unknown", "source_url": "unknown"}
