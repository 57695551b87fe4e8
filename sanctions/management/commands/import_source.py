"""Import a source.

``manage.py import_source NAME FILE… --by ACCOUNT [--as-of DAY] [--publish] [--dry-run] [--accept-endings N]``
"""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date, datetime
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings
from django.core.checks import Tags
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from sanctions.exceptions import EndingsNotAccepted, InvalidDocument, MoveRefused, UnreadableList
from sanctions.importers.base import RawFile
from sanctions.importers.registry import SOURCES
from sanctions.importers.report import ImportReport
from sanctions.importers.running import PreparedImport, carry_out, prepare, rehearse, rehearse_as_anybody
from sanctions.importers.write import Consent
from sanctions.ledger.versions import Act
from sanctions.management.account_lookup import find_active_account

#: Faults that are printed; the report has them all.
_SHOWN = 20


class Command(BaseCommand):
    """Import a snapshot: new records become drafts, and changes to public records proposals, unless ``--publish``."""

    # Other checks would import the URLs and with them the whole API: a fifth of the memory.
    requires_system_checks = [Tags.models]
    help = (
        "Import a snapshot of a published list, all or nothing. Importing it again changes nothing, and --dry-run "
        "writes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the source, its files, the day, the account and the options."""
        parser.add_argument("source", choices=sorted(SOURCES), help="name of the source")
        parser.add_argument(
            "files",
            nargs="+",
            metavar="FILE",
            help="files of the snapshot; ROLE=FILE if the name does not show the role",
        )
        parser.add_argument(
            "--as-of", type=_day, metavar="DAY", help="day of the snapshot, if the files do not state it"
        )
        parser.add_argument(
            "--by",
            metavar="NAME",
            help="account in whose name it is imported; optional with --dry-run, which then assumes all permissions",
        )
        parser.add_argument(
            "--publish", action="store_true", help="publish at once; the account must be allowed to publish"
        )
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="import, report, and roll back; fails where the import would fail",
        )
        parser.add_argument(
            "--accept-endings",
            type=int,
            metavar="N",
            help="accept that so many listings, names, addresses and so on end: the number that was reported",
        )
        parser.add_argument(
            "--report",
            type=Path,
            metavar="FOLDER",
            default=settings.BASE_DIR / "var" / "imports",
            help="folder of the report, as JSON and as HTML (default: var/imports)",
        )

    def handle(self, *, source: str, files: list[str], as_of: date | None, **options: Any) -> None:
        """Read the files, import them, and write the report."""
        at, quiet = timezone.now(), options["verbosity"] == 0
        if not options["by"] and not options["dry_run"]:
            raise CommandError("Name the account that imports: --by NAME.")
        user = find_active_account(options["by"]) if options["by"] else None
        bars, is_public, accepted = _Bars(quiet=quiet), options["publish"], options["accept_endings"]
        try:
            prepared = prepare(
                SOURCES[source],
                _files(files),
                as_of=as_of,
                today=at.date(),
                is_public=is_public,
                progress=bars.advance,
            )
            self._require_accepted(prepared, accepted, options["report"], at)
            if user is None:
                rehearse_as_anybody(prepared, at, bars.advance)
            else:
                consent = Consent(Act(at, user, prepared.reason), is_public=is_public, accepted_endings=accepted)
                (rehearse if options["dry_run"] else carry_out)(prepared, consent, bars.advance)
        except (UnreadableList, MoveRefused, InvalidDocument, OSError) as error:
            raise CommandError(f"Nothing was written. {error}") from error
        finally:
            bars.close()
        report_files = _write_report(prepared.report, options["report"], at)
        if not quiet:
            self._summarize(prepared, report_files)

    def _require_accepted(self, prepared: PreparedImport, accepted: int | None, folder: Path, at: datetime) -> None:
        """Reject endings that were not accepted, in a dry run too; the report lists them."""
        try:
            prepared.endings.require_accepted(accepted)
        except EndingsNotAccepted as error:
            places = ", ".join(map(str, _write_report(prepared.report, folder, at)))
            flag = f" If all of them are right: --accept-endings {prepared.endings.total}." if accepted is None else ""
            raise CommandError(f"Nothing was written. {error}{flag} Report: {places}") from error

    def _summarize(self, prepared: PreparedImport, files: list[Path]) -> None:
        report = prepared.report
        for fault in report.faults[:_SHOWN]:
            self.stdout.write(self.style.WARNING(f"{fault.place}: {fault.field}: {fault.value!r}: {fault.message}"))
        if len(report.faults) > _SHOWN:
            self.stdout.write(self.style.WARNING(f"… and {len(report.faults) - _SHOWN:,} more, in the report."))
        for noun, fates in report.counts.items():
            counts = ", ".join(f"{count:,} {fate}" for fate, count in fates.items())
            self.stdout.write(f"{noun}: {counts}")
        if report.listings:
            counts = ", ".join(f"{count:,} {what}" for what, count in report.listings.items())
            self.stdout.write(f"listings: {counts}")
        if prepared.endings.total:
            self.stdout.write(f"endings: {prepared.endings.sentence}")
        done = "would be imported" if report.is_dry else "imported"
        closing = f"{report.title} as of {report.as_of}: {report.entries:,} entries {done}. {report.unread}"
        self.stdout.write(self.style.WARNING(closing) if report.is_partial else self.style.SUCCESS(closing))
        self.stdout.write(f"Report: {', '.join(map(str, files))}")


class _Bars:
    """One progress bar for each stage."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet, self._what = quiet, ""
        self._bar: Any = None

    def advance(self, what: str, done: int, total: int | None) -> None:
        """Show progress in a stage."""
        if what != self._what:
            self.close()
            self._what = what
            self._bar = tqdm(total=total, desc=what, unit=" entries", disable=True if self._quiet else None)
        self._bar.update(done)

    def close(self) -> None:
        """End the bar."""
        if self._bar is not None:
            self._bar.close()


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is not a day: write it as 2021-04-15.") from error


def _files(texts: list[str]) -> list[RawFile] | dict[str, RawFile]:
    """Return the files that the arguments name, by role if roles are given."""
    pairs = [text.split("=", 1) if "=" in text and not Path(text).exists() else ["", text] for text in texts]
    files = [(role, RawFile.of_path(Path(path))) for role, path in pairs]
    if not any(role for role, _ in files):
        return [file for _, file in files]
    if not all(role for role, _ in files) or len(dict(files)) != len(files):
        raise CommandError("Give a role for every file, each role once (main=FILE), or for none.")
    return dict(files)


def _write_report(report: ImportReport, folder: Path, at: datetime) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{report.source}-{report.as_of}-{at:%Y%m%dT%H%M%S}{'-dry' if report.is_dry else ''}"
    as_json, as_page = folder / f"{name}.json", folder / f"{name}.html"
    as_json.write_bytes(orjson.dumps(report.as_json(), option=orjson.OPT_INDENT_2))
    as_page.write_text(report.as_page(), encoding="utf-8")
    return [as_json, as_page]
