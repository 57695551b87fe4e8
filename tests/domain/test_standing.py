"""The fold, as law: what an order, a measure, an agreement, a party, a commitment and a violation are on a day."""

from datetime import date, timedelta

import pytest

from sanctions.standing import FLOWS, INITIAL, TABLE, Answer, spans_of, standing_on
from sanctions.vocabulary import Standing, Subject, Verb
from tests.factories.events import Entry, entry

IN_FORCE = entry("took_effect", "2012-01-01")
IN_EFFECT = entry("took_effect", "2016-01-16")


def on(day: str, *effects: Entry, subject: Subject = Subject.ORDER) -> Answer[Entry]:
    return standing_on(date.fromisoformat(day), effects, subject)


# --- Orders and measures ------------------------------------------------------------------------


def test_an_order_without_effects_is_not_yet_in_force() -> None:
    answer = on("2020-01-01")
    assert (answer.code, answer.since, answer.until, answer.decided_by) == (Standing.NOT_YET_IN_FORCE, None, None, None)
    assert answer.certain


def test_an_issued_order_is_not_in_force_before_it_takes_effect() -> None:
    issued, begins = entry("issued", "2012-01-01"), entry("took_effect", "2012-07-01")
    assert on("2012-06-30", issued, begins).code == Standing.NOT_YET_IN_FORCE
    assert on("2012-07-01", issued, begins).code == Standing.IN_FORCE


def test_the_answer_names_what_decided_it_and_since_when() -> None:
    answer = on("2018-01-01", entry("issued", "2011-12-01"), IN_FORCE)
    assert (answer.decided_by, answer.since, answer.until) == (IN_FORCE, date(2012, 1, 1), None)


def test_a_suspended_order_is_not_in_force() -> None:
    assert on("2016-01-16", IN_FORCE, entry("suspended", "2016-01-16")).code == Standing.SUSPENDED


def test_a_waived_order_is_waived() -> None:
    assert on("2016-01-16", IN_FORCE, entry("waived", "2016-01-16")).code == Standing.WAIVED


def test_a_reinstated_order_is_in_force_again() -> None:
    history = (IN_FORCE, entry("suspended", "2016-01-16"), entry("reinstated", "2018-08-07"))
    assert on("2018-08-06", *history).code == Standing.SUSPENDED
    assert on("2018-08-07", *history).code == Standing.IN_FORCE


def test_a_revoked_order_is_ended() -> None:
    assert on("2016-01-15", IN_FORCE, entry("revoked", "2016-01-16")).code == Standing.IN_FORCE
    assert on("2016-01-16", IN_FORCE, entry("revoked", "2016-01-16")).code == Standing.ENDED


def test_an_order_revoked_in_part_is_in_force_in_part() -> None:
    assert on("2016-01-16", IN_FORCE, entry("revoked", "2016-01-16", in_part=True)).code == Standing.IN_FORCE_IN_PART


def test_an_amendment_changes_no_standing() -> None:
    answer = on("2020-01-01", IN_FORCE, entry("amended", "2019-01-01"))
    assert (answer.code, answer.decided_by) == (Standing.IN_FORCE, IN_FORCE)


def test_when_until_passes_a_suspended_order_is_in_force_again() -> None:
    suspended = entry("suspended", "2016-01-16", until="2016-07-01")
    last_day = on("2016-06-30", IN_FORCE, suspended)
    assert (last_day.code, last_day.until) == (Standing.SUSPENDED, date(2016, 7, 1))
    first_day = on("2016-07-01", IN_FORCE, suspended)
    assert (first_day.code, first_day.since, first_day.until) == (Standing.IN_FORCE, date(2016, 7, 1), None)
    assert first_day.decided_by == suspended


def test_when_until_passes_an_order_in_force_is_ended() -> None:
    assert on("2013-01-01", entry("took_effect", "2012-01-01", until="2013-01-01")).code == Standing.ENDED


def test_an_extension_prolongs() -> None:
    order = entry("took_effect", "2012-01-01", until="2013-01-01")
    extended = entry("extended", "2012-12-01", until="2014-01-01")
    answer = on("2013-06-01", order, extended)
    assert (answer.code, answer.decided_by, answer.until) == (Standing.IN_FORCE, order, date(2014, 1, 1))
    assert on("2014-01-01", order, extended).code == Standing.ENDED


def test_an_extension_without_an_end_prolongs_for_good() -> None:
    order = entry("took_effect", "2012-01-01", until="2013-01-01")
    answer = on("2030-01-01", order, entry("continued", "2012-12-01"))
    assert (answer.code, answer.until) == (Standing.IN_FORCE, None)


def test_extending_an_order_does_not_extend_a_waiver_of_it() -> None:
    waived = entry("waived", "2016-01-16", until="2016-09-16")
    extended = entry("extended", "2016-05-16", until="2026-12-31")
    assert on("2016-08-01", IN_FORCE, waived, extended).code == Standing.WAIVED
    answer = on("2016-09-16", IN_FORCE, waived, extended)
    assert (answer.code, answer.certain) == (Standing.IN_FORCE, True)


def test_a_waiver_is_renewed_by_waiving_again() -> None:
    waived = entry("waived", "2016-01-16", until="2016-05-16")
    again = entry("waived", "2016-05-10", until="2016-09-16")
    assert on("2016-08-01", IN_FORCE, waived, again).code == Standing.WAIVED
    assert on("2016-09-16", IN_FORCE, waived, again).code == Standing.IN_FORCE


def test_an_extension_never_shortens() -> None:
    order = entry("took_effect", "2012-01-01", until="2014-01-01")
    assert on("2013-06-01", order, entry("extended", "2012-12-01", until="2013-01-01")).code == Standing.IN_FORCE


def test_an_extension_before_the_deciding_effect_does_not_prolong_it() -> None:
    extended = entry("extended", "2015-12-01", until="2030-01-01")
    suspended = entry("suspended", "2016-01-16", until="2016-07-01")
    assert on("2016-07-01", IN_FORCE, extended, suspended).code == Standing.IN_FORCE


def test_an_extension_counts_from_its_own_day_only() -> None:
    order = entry("took_effect", "2012-01-01", until="2013-01-01")
    late = entry("extended", "2013-03-01", until="2014-01-01")
    assert on("2013-02-28", order, late).code == Standing.ENDED
    assert on("2013-03-01", order, late).code == Standing.IN_FORCE


# --- Order among effects ------------------------------------------------------------------------


def test_of_two_effects_of_one_day_the_higher_sequence_decides() -> None:
    first, second = entry("revoked", "2018-01-01", sequence=1), entry("took_effect", "2018-01-01", sequence=2)
    assert on("2018-01-01", second, first).code == Standing.IN_FORCE


def test_of_two_effects_of_one_day_and_sequence_the_verb_further_down_the_table_decides() -> None:
    assert on("2018-01-01", entry("revoked", "2018-01-01"), entry("took_effect", "2018-01-01")).code == Standing.ENDED


def test_of_two_equal_effects_the_one_in_whole_decides() -> None:
    part, whole = entry("revoked", "2018-01-01", in_part=True), entry("revoked", "2018-01-01")
    assert on("2018-01-01", whole, part).code == Standing.ENDED


def test_of_two_equal_effects_the_longer_decides() -> None:
    short = entry("suspended", "2018-01-01", until="2018-02-01")
    longer = entry("suspended", "2018-01-01", until="2018-03-01")
    for_good = entry("suspended", "2018-01-01")
    assert on("2018-02-15", IN_FORCE, longer, short).decided_by == longer
    assert on("2018-02-15", IN_FORCE, for_good, longer).decided_by == for_good


def test_what_then_still_ties_is_named_by_its_place_in_the_record() -> None:
    first, second = entry("revoked", "2018-01-01", tie="a#0"), entry("revoked", "2018-01-01", tie="a#1")
    assert on("2018-01-01", first, second).decided_by == on("2018-01-01", second, first).decided_by == second


# --- Imprecise dates ----------------------------------------------------------------------------


def test_an_effect_of_imprecise_date_has_certainly_happened_only_by_its_last_day() -> None:
    in_march = entry("revoked", "2016-03")
    before, open_, after = (on(day, IN_FORCE, in_march) for day in ("2016-02-29", "2016-03-10", "2016-03-31"))
    assert (before.code, before.certain) == (Standing.IN_FORCE, True)
    assert (open_.code, open_.certain, open_.possible) == (
        Standing.IN_FORCE,
        False,
        (Standing.ENDED, Standing.IN_FORCE),
    )
    assert (after.code, after.certain) == (Standing.ENDED, True)


def test_two_effects_of_one_imprecise_date_may_have_come_in_either_order() -> None:
    answer = on("2016-12-31", IN_FORCE, entry("suspended", "2016"), entry("revoked", "2016-06-01"))
    assert (answer.code, answer.possible) == (Standing.SUSPENDED, (Standing.ENDED, Standing.SUSPENDED))


def test_an_imprecise_end_leaves_open_whether_it_still_holds() -> None:
    suspended = entry("suspended", "2016-01-16", until="2017")
    answer = on("2017-06-01", IN_FORCE, suspended)
    assert (answer.code, answer.possible) == (Standing.SUSPENDED, (Standing.IN_FORCE, Standing.SUSPENDED))
    assert on("2017-12-31", IN_FORCE, suspended).code == Standing.IN_FORCE


def test_an_extension_of_imprecise_date_leaves_open_whether_it_still_holds() -> None:
    order = entry("took_effect", "2012-01-01", until="2013-01-01")
    extended = entry("extended", "2013", until="2014-06-01")
    answer = on("2013-06-01", order, extended)
    assert (answer.code, answer.possible) == (Standing.ENDED, (Standing.ENDED, Standing.IN_FORCE))


def test_an_effect_with_an_open_beginning_may_have_happened_on_any_day() -> None:
    answer = on("1900-01-01", entry("took_effect", "../2010"))
    assert (answer.code, answer.possible) == (
        Standing.NOT_YET_IN_FORCE,
        (Standing.IN_FORCE, Standing.NOT_YET_IN_FORCE),
    )


def test_the_first_and_last_days_of_the_calendar_have_answers() -> None:
    always = entry("took_effect", "../9999-12-31", until="9999-12-31")
    for day in (date.min, date.max):
        assert standing_on(day, [always, entry("extended", "9999-12-31")], Subject.ORDER).code in Standing


# --- Agreements and their parties ---------------------------------------------------------------


def test_a_signed_agreement_is_pending_until_it_takes_effect() -> None:
    signed = entry("signed", "2015-07-14")
    assert on("2015-10-01", signed, IN_EFFECT, subject=Subject.AGREEMENT).code == Standing.PENDING
    assert on("2016-01-16", signed, IN_EFFECT, subject=Subject.AGREEMENT).code == Standing.IN_EFFECT


def test_a_milestone_changes_no_standing() -> None:
    history = (IN_EFFECT, entry("reached_milestone", "2023-10-18"))
    assert on("2023-10-18", *history, subject=Subject.AGREEMENT).code == Standing.IN_EFFECT


def test_a_party_that_withdrew_is_withdrawn_from_that_day() -> None:
    history = (entry("joined", "2015-07-14"), entry("withdrew", "2018-05-08"))
    assert on("2018-05-07", *history, subject=Subject.PARTY).code == Standing.PARTY
    assert on("2018-05-09", *history, subject=Subject.PARTY).code == Standing.WITHDRAWN


def test_a_party_that_gave_notice_is_still_a_party() -> None:
    history = (entry("ratified", "1970-03-05"), entry("gave_notice", "2003-01-10"))
    assert on("2003-02-01", *history, subject=Subject.PARTY).code == Standing.PARTY


def test_a_party_that_rejoined_is_a_party_again() -> None:
    history = (entry("joined", "2015-07-14"), entry("withdrew", "2018-05-08"), entry("rejoined", "2021-02-19"))
    assert on("2021-02-19", *history, subject=Subject.PARTY).code == Standing.PARTY


def test_a_signatory_is_not_yet_a_party() -> None:
    assert on("2003-12-18", entry("signed", "2003-12-18"), subject=Subject.PARTY).code == Standing.SIGNATORY


def test_a_party_that_ceased_performing_in_part_performs_in_part() -> None:
    history = (entry("joined", "2015-07-14"), entry("ceased_performing", "2019-07-01", in_part=True))
    assert on("2019-07-01", *history, subject=Subject.PARTY).code == Standing.PERFORMING_IN_PART


def test_an_agreement_that_takes_effect_makes_nobody_a_party() -> None:
    assert Verb.TOOK_EFFECT not in FLOWS[Subject.PARTY]


def test_an_agreement_that_ends_has_no_parties_any_more() -> None:
    history = (entry("joined", "2015-07-14"), entry("terminated", "2025-10-18"))
    assert Verb.TERMINATED in FLOWS[Subject.PARTY]
    assert on("2025-10-18", *history, subject=Subject.PARTY).code == Standing.ENDED


# --- Commitments --------------------------------------------------------------------------------


def test_a_commitment_binds_from_the_day_it_takes_effect() -> None:
    assert on("2016-01-15", IN_EFFECT, subject=Subject.COMMITMENT).code == Standing.NOT_YET_BINDING
    assert on("2016-01-16", IN_EFFECT, subject=Subject.COMMITMENT).code == Standing.BINDING


def test_a_breached_commitment_is_not_performed_until_it_is_cured() -> None:
    history = (IN_EFFECT, entry("breached", "2016-02-17"), entry("cured", "2016-02-25"))
    assert on("2016-02-20", *history, subject=Subject.COMMITMENT).code == Standing.NOT_PERFORMED
    assert on("2016-02-25", *history, subject=Subject.COMMITMENT).code == Standing.BINDING


def test_a_commitment_lapses_at_its_sunset() -> None:
    history = (IN_EFFECT, entry("sunset", "2020-10-18"))
    assert on("2020-10-18", *history, subject=Subject.COMMITMENT).code == Standing.LAPSED


def test_an_agreement_that_ends_lapses_its_commitments() -> None:
    ending = {verb for verb, rule in TABLE[Subject.AGREEMENT].items() if rule.gives == Standing.ENDED}
    assert ending <= FLOWS[Subject.COMMITMENT]
    for verb in ending:
        history = (IN_EFFECT, entry(verb, "2025-10-18"))
        assert on("2025-10-18", *history, subject=Subject.COMMITMENT).code == Standing.LAPSED


# --- Violations ---------------------------------------------------------------------------------


def test_an_alleged_violation_is_alleged() -> None:
    assert on("2019-07-08", entry("alleged", "2019-07-08"), subject=Subject.VIOLATION).code == Standing.ALLEGED


def test_a_denied_claim_is_disputed() -> None:
    claim, denial = entry("alleged", "2019-07-01"), entry("denied", "2019-07-05")
    assert on("2019-07-04", claim, denial, subject=Subject.VIOLATION).code == Standing.ALLEGED
    answer = on("2019-07-05", claim, denial, subject=Subject.VIOLATION)
    assert (answer.code, answer.since, answer.certain) == (Standing.DISPUTED, date(2019, 7, 5), True)
    assert (answer.decided_by, answer.contested_by) == (claim, (denial,))


def test_a_later_finding_stays_disputed() -> None:
    history = (entry("alleged", "2019-07-01"), entry("denied", "2019-07-05"), entry("found", "2020-01-01"))
    answer = on("2020-01-01", *history, subject=Subject.VIOLATION)
    assert (answer.code, answer.decided_by, answer.since) == (Standing.DISPUTED, history[2], date(2020, 1, 1))


def test_a_denial_of_nothing_is_not_a_dispute() -> None:
    assert on("2019-07-05", entry("denied", "2019-07-05"), subject=Subject.VIOLATION).code == Standing.NOT_CLAIMED


@pytest.mark.parametrize("verb", ["admitted", "excused", "cured", "retracted"])
def test_what_was_admitted_excused_cured_or_retracted_is_disputed_no_more(verb: str) -> None:
    history = (entry("alleged", "2019-07-01"), entry("denied", "2019-07-05"), entry(verb, "2020-01-01"))
    answer = on("2020-01-01", *history, subject=Subject.VIOLATION)
    assert (answer.code, answer.contested_by) == (Standing(verb), ())


def test_all_who_contest_a_claim_are_named_in_the_order_of_their_denials() -> None:
    claim, first, second = entry("found", "2019"), entry("disputed", "2020-01-01"), entry("denied", "2021-01-01")
    assert on("2021-01-01", second, claim, first, subject=Subject.VIOLATION).contested_by == (first, second)


def test_a_denial_of_imprecise_date_leaves_open_whether_the_claim_is_disputed() -> None:
    answer = on("2019-07-15", entry("alleged", "2019-07-01"), entry("denied", "2019-07"), subject=Subject.VIOLATION)
    assert (answer.code, answer.possible) == (Standing.ALLEGED, (Standing.ALLEGED, Standing.DISPUTED))


# --- The whole table ----------------------------------------------------------------------------

#: Subject → verb → the standing in whole, in part, and after its end. One word alone: it decides nothing.
LAW = {
    "order": {
        "issued": "history",
        "published": "history",
        "ratified": "history",
        "endorsed": "history",
        "amended": "history",
        "supplemented": "history",
        "extended": "prolongs",
        "continued": "prolongs",
        "reached_milestone": "history",
        "took_effect": "in_force in_force_in_part ended",
        "reinstated": "in_force in_force_in_part ended",
        "snapped_back": "in_force in_force_in_part ended",
        "eased": "in_force_in_part in_force_in_part in_force",
        "waived": "waived in_force_in_part in_force",
        "suspended": "suspended in_force_in_part in_force",
        "struck_down": "ended in_force_in_part ended",
        "superseded": "ended in_force_in_part ended",
        "revoked": "ended in_force_in_part ended",
        "lapsed": "ended in_force_in_part ended",
        "expired": "ended in_force_in_part ended",
    },
    "agreement": {
        "negotiated": "history",
        "adopted": "history",
        "signed": "history",
        "ratified": "history",
        "endorsed": "history",
        "amended": "history",
        "reached_milestone": "history",
        "extended": "prolongs",
        "took_effect": "in_effect in_effect_in_part ended",
        "reinstated": "in_effect in_effect_in_part ended",
        "suspended": "suspended in_effect_in_part in_effect",
        "superseded": "ended in_effect_in_part ended",
        "lapsed": "ended in_effect_in_part ended",
        "terminated": "ended in_effect_in_part ended",
        "expired": "ended in_effect_in_part ended",
    },
    "party": {
        "negotiated": "history",
        "endorsed": "history",
        "adopted": "history",
        "invoked_dispute": "history",
        "invoked_snapback": "history",
        "gave_notice": "history",
        "signed": "signatory signatory no_party",
        "ratified": "party party no_party",
        "applied_provisionally": "provisional provisional signatory",
        "joined": "party party no_party",
        "took_effect": "party party no_party",
        "rejoined": "party performing_in_part no_party",
        "resumed": "party performing_in_part no_party",
        "ceased_performing": "not_performing performing_in_part party",
        "suspended_participation": "suspended performing_in_part party",
        "withdrew": "withdrawn performing_in_part party",
        "declared_ended": "considers_ended considers_ended considers_ended",
        "superseded": "ended performing_in_part ended",
        "lapsed": "ended performing_in_part ended",
        "terminated": "ended performing_in_part ended",
        "expired": "ended performing_in_part ended",
    },
    "commitment": {
        "reached_milestone": "history",
        "amended": "history",
        "extended": "prolongs",
        "took_effect": "binding binding lapsed",
        "cured": "binding not_performed_in_part lapsed",
        "resumed": "binding not_performed_in_part lapsed",
        "breached": "not_performed not_performed_in_part binding",
        "ceased_performing": "not_performed not_performed_in_part binding",
        "suspended": "suspended not_performed_in_part binding",
        "sunset": "lapsed binding lapsed",
        "superseded": "lapsed binding lapsed",
        "lapsed": "lapsed binding lapsed",
        "terminated": "lapsed binding lapsed",
        "expired": "lapsed binding lapsed",
    },
    "violation": {
        "denied": "history",
        "disputed": "history",
        "alleged": "alleged alleged alleged",
        "reported": "reported reported reported",
        "found": "found found found",
        "admitted": "admitted admitted admitted",
        "excused": "excused excused excused",
        "cured": "cured cured cured",
        "retracted": "retracted retracted retracted",
    },
}
LAW["measure"] = LAW["order"]
CASES = [(Subject(subject), verb, given) for subject, verbs in LAW.items() for verb, given in verbs.items()]


@pytest.mark.parametrize(("subject", "verb", "given"), CASES)
def test_each_verb_gives_its_standing_in_whole_in_part_and_after_its_end(
    subject: Subject, verb: str, given: str
) -> None:
    whole = entry(verb, "2018-01-01", until="2019-01-01")
    part = entry(verb, "2018-01-01", until="2019-01-01", in_part=True)
    answers = [on(day, effect, subject=subject) for effect, day in ((whole, "2018-12-31"), (part, "2018-12-31"))]
    answers += [on("2019-01-01", whole, subject=subject), on("2019-01-01", part, subject=subject)]
    if given in ("history", "prolongs"):
        assert {answer.code for answer in answers} == {INITIAL[subject]}
    else:
        in_whole, in_part, after = given.split()
        assert [answer.code for answer in answers] == [in_whole, in_part, after, after]


UNDECISIVE = [case for case in CASES if case[0] is not Subject.VIOLATION and case[2] in ("history", "prolongs")]


@pytest.mark.parametrize(("subject", "verb", "given"), UNDECISIVE)
def test_only_prolonging_verbs_move_the_end_of_what_holds(subject: Subject, verb: str, given: str) -> None:
    limited = entry("took_effect", "2018-01-01", until="2019-01-01")
    follows = entry(verb, "2018-06-01", until="2020-01-01")
    rule = TABLE[subject][Verb(limited.verb)]
    assert on("2019-06-01", limited, follows, subject=subject).code == (
        rule.gives if given == "prolongs" else rule.after
    )


def test_the_table_has_exactly_these_verbs() -> None:
    table = {(str(subject), str(verb)) for subject, verbs in TABLE.items() for verb in verbs}
    law = {(subject, verb) for subject, verbs in LAW.items() for verb in verbs}
    assert sorted(table - law) == []
    assert sorted(law - table) == []


def test_every_verb_can_happen_to_something() -> None:
    unused = set(Verb) - {verb for verbs in TABLE.values() for verb in verbs}
    assert unused == set(), f"not in TABLE of sanctions/standing/table.py: {', '.join(sorted(map(str, unused)))}"


def test_every_standing_can_be_reached() -> None:
    reached = {Standing.DISPUTED, *INITIAL.values()}
    for verbs in TABLE.values():
        for rule in verbs.values():
            reached |= {standing for standing in (rule.gives, rule.in_part, rule.after) if standing}
    assert reached == set(Standing)


def test_effects_flow_only_by_verbs_that_whole_and_part_both_know() -> None:
    wholes = {
        Subject.MEASURE: Subject.ORDER,
        Subject.COMMITMENT: Subject.AGREEMENT,
        Subject.PARTY: Subject.AGREEMENT,
    }
    assert set(FLOWS) == set(wholes)
    for part, verbs in FLOWS.items():
        assert verbs <= TABLE[part].keys() & TABLE[wholes[part]].keys()


def test_a_verb_that_cannot_happen_to_a_subject_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^'breached' is not a verb for the subject 'order'\.$"):
        on("2020-01-01", entry("breached", "2020-01-01"))


# --- The whole history --------------------------------------------------------------------------


def test_a_history_is_consecutive_spans_from_the_beginning_to_no_end() -> None:
    history = (IN_FORCE, entry("suspended", "2016-01-16", until="2018-08-07"), entry("revoked", "2020-01-01"))
    spans = spans_of(history, Subject.ORDER)
    assert [(span.start, span.answer.code) for span in spans] == [
        (None, Standing.NOT_YET_IN_FORCE),
        (date(2012, 1, 1), Standing.IN_FORCE),
        (date(2016, 1, 16), Standing.SUSPENDED),
        (date(2018, 8, 7), Standing.IN_FORCE),
        (date(2020, 1, 1), Standing.ENDED),
    ]
    assert [span.end for span in spans[:-1]] == [span.start for span in spans[1:]]
    assert spans[-1].end is None


def test_a_history_without_effects_is_one_span() -> None:
    nothing: list[Entry] = []
    (span,) = spans_of(nothing, Subject.VIOLATION)
    assert (span.start, span.end, span.answer.code) == (None, None, Standing.NOT_CLAIMED)


def test_a_span_ends_where_another_answer_becomes_possible() -> None:
    part = entry("revoked", "2018-01-01/2018-01-03", in_part=True)
    spans = spans_of([IN_FORCE, entry("revoked", "2018-01-01"), part], Subject.ORDER)
    assert [(span.start, span.answer.possible) for span in spans[2:]] == [
        (date(2018, 1, 1), (Standing.ENDED,)),
        (date(2018, 1, 2), (Standing.ENDED, Standing.IN_FORCE_IN_PART)),
        (date(2018, 1, 3), (Standing.ENDED, Standing.IN_FORCE_IN_PART)),
    ]


def test_a_span_ends_on_the_first_day_on_which_it_holds_no_longer() -> None:
    day = date(2016, 1, 16)
    spans = spans_of([IN_FORCE, entry("suspended", "2016-01-16")], Subject.ORDER)
    assert spans[1].end == day
    assert standing_on(day - timedelta(days=1), [IN_FORCE], Subject.ORDER).code == spans[1].answer.code
