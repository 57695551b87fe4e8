"""The law measure by measure: what was in force on a day, and by which order."""

from __future__ import annotations

import pytest

from tests.seeds.conftest import Ask

pytestmark = pytest.mark.django_db


def in_force(ask: Ask, day: str, **asked: str) -> dict[str, str]:
    """Return the measures in force on a day, each with the order that contains it."""
    found = ask("measures", in_force_on=day, limit="100", **asked)["results"]
    return {row["slug"]: row["order"]["slug"] for row in found}


# --- The question that the product answers --------------------------------------------------------


def test_which_measures_against_the_oil_of_iran_were_in_force_after_implementation_day(ask: Ask) -> None:
    """The nuclear sanctions are lifted or waived; the primary embargo of the United States stays."""
    assert in_force(ask, "2016-02-01", sector="oil", target="iran") == {
        "us-eo-12957-investment-ban": "us-eo-12957",
        "us-eo-13059-trade-embargo": "us-eo-13059",
    }


@pytest.mark.parametrize(
    ("day", "slugs"),
    [
        # The ban of 1979 ended with the hostage crisis; that of 1987 is six years away.
        ("1980-06-01", {"us-proc-4702-oil-import-ban"}),
        ("1981-02-01", set()),
        ("1990-01-01", {"us-eo-12613-import-ban"}),
        # The European ban is agreed and in force; Executive Order 13622 is not signed yet.
        (
            "2012-07-15",
            {
                "eu-dec-2012-35-cfsp-oil-import-ban",
                "eu-reg-267-2012-energy-equipment-ban",
                "eu-reg-267-2012-oil-import-ban",
                "us-eo-12957-investment-ban",
                "us-eo-13059-trade-embargo",
                "us-pl-112-81-oil-export-restriction",
            },
        ),
        # The United States has left: the statute applies again, but for the wind-down; no new order is signed.
        (
            "2018-05-09",
            {"us-eo-12957-investment-ban", "us-eo-13059-trade-embargo", "us-pl-112-81-oil-export-restriction"},
        ),
    ],
)
def test_which_measures_against_the_oil_of_iran_were_in_force(ask: Ask, day: str, slugs: set[str]) -> None:
    assert set(in_force(ask, day, sector="oil", target="iran")) == slugs


def test_no_relief_outlives_what_it_relieved(ask: Ask) -> None:
    """From snapback on, nothing that carried out the two nuclear deals is in force as relief."""
    relief = set(in_force(ask, "2025-10-01", direction="relieves", issuer="council-of-the-european-union"))
    assert relief == {"eu-reg-2015-1862-delisting"}  # in part: whether every listing returned is not known
    relief = set(in_force(ask, "2018-05-09", direction="relieves", target="iran", issuer="us-president"))
    assert relief == {"us-eo-12282-sanctions-relief", "us-eo-13716-sanctions-relief"}


# --- The standing of a measure --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "slug", "standing"),
    [
        # 1981: Executive Order 12282 lifts the prohibitions of the hostage crisis, and no more than these.
        ("1981-01-18", "us-proc-4702-oil-import-ban", "in_force"),
        ("1981-01-19", "us-proc-4702-oil-import-ban", "ended"),
        ("1981-01-19", "us-eo-12205-export-ban", "ended"),
        ("1981-01-19", "us-eo-12211-import-ban", "ended"),
        ("1981-01-19", "us-eo-12211-national-emergency", "in_force_in_part"),
        ("1981-01-19", "us-eo-12170-asset-freeze", "in_force"),
        # 1996: Executive Order 12959 narrowed the two before it and is whole until 1997.
        ("1996-06-01", "us-eo-12613-import-ban", "in_force_in_part"),
        ("1996-06-01", "us-eo-12957-investment-ban", "in_force_in_part"),
        ("1996-06-01", "us-eo-12959-trade-embargo", "in_force"),
        # 1997: Executive Order 13059 revokes the bans on trade of section 1, not that on investment.
        ("1997-08-20", "us-eo-12959-trade-embargo", "ended"),
        ("1997-08-20", "us-eo-12959-investment-ban", "in_force_in_part"),
        ("1997-08-20", "us-eo-13059-trade-embargo", "in_force"),
        # July 2012: the European embargo is whole; the ban on gas is not adopted.
        ("2012-07-15", "eu-dec-2012-35-cfsp-oil-import-ban", "in_force"),
        ("2012-07-15", "eu-reg-267-2012-insurance-ban", "in_force"),
        ("2012-07-15", "eu-dec-2012-635-cfsp-gas-import-ban", "not_yet_in_force"),
        # June 2015: the Joint Plan of Action suspends trade in petrochemicals and gold; oil stays banned.
        ("2015-06-01", "eu-dec-2012-35-cfsp-oil-import-ban", "in_force"),
        ("2015-06-01", "eu-dec-2012-35-cfsp-petrochemical-ban", "suspended"),
        ("2015-06-01", "eu-dec-2012-35-cfsp-precious-metals-ban", "suspended"),
        ("2015-06-01", "eu-reg-42-2014-sanctions-suspension", "in_force"),
        ("2015-06-01", "us-pl-112-81-oil-export-restriction", "in_force_in_part"),
        ("2015-08-01", "un-sc-res-2231-arms-restriction", "suspended"),
        # February 2016: paragraphs 19 and 21 of the JCPOA are carried out.
        ("2016-02-01", "eu-reg-267-2012-oil-import-ban", "ended"),
        ("2016-02-01", "eu-dec-2012-35-cfsp-oil-import-ban", "ended"),
        ("2016-02-01", "eu-reg-267-2012-asset-freeze", "in_force_in_part"),
        ("2016-02-01", "eu-reg-267-2012-export-controls", "in_force_in_part"),
        ("2016-02-01", "eu-reg-42-2014-sanctions-suspension", "ended"),
        ("2016-02-01", "us-pl-112-81-oil-export-restriction", "waived"),
        ("2016-02-01", "us-eo-13622-secondary-sanctions", "ended"),
        ("2016-02-01", "us-eo-13628-secondary-sanctions", "ended"),
        ("2016-02-01", "us-eo-13628-asset-freeze", "in_force"),
        ("2016-02-01", "us-eo-13628-foreign-subsidiary-ban", "in_force_in_part"),
        ("2016-02-01", "un-sc-res-2231-arms-restriction", "in_force"),
        # May 2018: the waivers lapse, with a wind-down to 4 November; General License H stays until 27 June.
        ("2018-05-09", "us-pl-112-81-oil-export-restriction", "in_force_in_part"),
        ("2018-05-09", "us-pl-104-172-menu-based-sanctions", "in_force"),
        ("2018-05-09", "us-jcpoa-contingent-waivers-2015-waiver", "ended"),
        ("2018-05-09", "us-pl-112-158-foreign-subsidiary-ban", "in_force_in_part"),
        ("2018-06-27", "us-pl-112-158-foreign-subsidiary-ban", "in_force"),
        # The sanctions on oil are in the second group, after the wind-down; eight importers are excepted.
        ("2018-08-07", "us-eo-13846-oil-export-restriction", "suspended"),
        ("2018-08-07", "us-eo-13846-secondary-sanctions", "in_force_in_part"),
        ("2018-11-06", "us-eo-13846-oil-export-restriction", "in_force"),
        ("2018-11-06", "us-eo-13846-secondary-sanctions", "in_force"),
        ("2018-11-06", "us-pl-112-81-oil-export-restriction", "in_force_in_part"),
        ("2019-05-02", "us-pl-112-81-oil-export-restriction", "in_force"),
        # 2020 and 2023: the limits of resolution 2231 lapse on their days.
        ("2020-10-17", "un-sc-res-2231-arms-restriction", "in_force"),
        ("2020-10-18", "un-sc-res-2231-arms-restriction", "ended"),
        ("2020-10-18", "un-sc-res-2231-missile-restriction", "in_force"),
        ("2023-10-18", "un-sc-res-2231-missile-restriction", "ended"),
        # October 2025: what was lifted in 2016 is back.
        ("2025-09-29", "eu-reg-267-2012-oil-import-ban", "ended"),
        ("2025-10-01", "eu-reg-267-2012-oil-import-ban", "in_force"),
        ("2025-10-01", "eu-dec-2012-35-cfsp-oil-import-ban", "in_force"),
        ("2025-10-01", "eu-reg-1263-2012-gas-import-ban", "in_force"),
        ("2025-10-01", "eu-reg-2015-1861-sanctions-relief", "ended"),
        ("2025-10-01", "un-sc-res-2231-sanctions-relief", "ended"),
        ("2025-10-01", "un-sc-res-1929-arms-embargo", "in_force"),
    ],
)
def test_the_standing_of_a_measure(ask: Ask, day: str, slug: str, standing: str) -> None:
    found = ask(f"measures/{slug}", as_of=day)["standing"]
    assert (found["code"], found["certain"]) == (standing, True)


@pytest.mark.parametrize(
    ("day", "slug", "verb", "by"),
    [
        ("1981-02-01", "us-proc-4702-oil-import-ban", "revoked", "us-eo-12282"),
        ("2016-02-01", "eu-reg-267-2012-oil-import-ban", "revoked", "eu-reg-2015-1861"),
        ("2016-02-01", "eu-dec-2012-35-cfsp-oil-import-ban", "revoked", "eu-dec-2015-1863-cfsp"),
        ("2016-02-01", "us-pl-112-81-oil-export-restriction", "waived", "us-jcpoa-contingent-waivers-2015"),
        ("2025-10-01", "eu-reg-267-2012-oil-import-ban", "reinstated", "eu-reg-2025-1975"),
        ("2025-10-01", "eu-dec-2012-35-cfsp-oil-import-ban", "reinstated", "eu-dec-2025-1972-cfsp"),
    ],
)
def test_by_which_order(ask: Ask, day: str, slug: str, verb: str, by: str) -> None:
    decided = ask(f"measures/{slug}", as_of=day)["standing"]["decided_by"]
    assert (decided["verb"], decided["by_order"]["slug"]) == (verb, by)
