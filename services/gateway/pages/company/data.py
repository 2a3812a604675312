"""A job's data: files are uploaded, read row by row, and told what became of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from http import HTTPStatus
from typing import BinaryIO, Final
from urllib.parse import quote

from ilgam.tasks.v1 import tasks_service_pb2 as pb
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse

from services.gateway.admission import company
from services.gateway.body_limit import UPLOAD_BYTES_MAX
from services.gateway.forms import Form, empty_form, form_of
from services.gateway.house import house_of
from services.gateway.pages.company.asking import IMPORTING, PUBLISHABLE, job_id_of, job_of, state_name
from services.gateway.pages.company.label_lines import spellings
from services.gateway.pages.company.results import BYTE_ORDER_MARK, attachment
from services.gateway.pages.work.broken import broken_words
from services.gateway.pages.work.labels import schema_of
from services.gateway.problems import reason_words, wants_json
from services.gateway.uploads.archive import MediaArchive
from services.gateway.uploads.data_rows import DataFile
from services.gateway.uploads.importing import Target, finish, import_media, import_sheet, import_texts
from services.gateway.uploads.lines import LINE_LETTERS_MAX
from services.gateway.uploads.problems import FileError, Problem, Wrong
from services.gateway.uploads.report import REFUSED_KEPT_MAX, Report, Stage
from services.gateway.uploads.rows import RowFile, write_csv_line
from services.gateway.uploads.showing import Showing, showing_of
from services.gateway.visit import person_of, visit_of
from services.gateway.words import Words

FILE_BYTES_MAX: Final = 600 * 1024 * 1024
REFUSED_SHOWN_MAX: Final = 100
_MEGABYTE: Final = 1024 * 1024
_ABOUT_COLUMNS: Final = frozenset({Wrong.COLUMN_MISSING, Wrong.COLUMN_TWICE})


async def data(request: Request) -> Response:
    """The page of a job's data. A file that says it is too large is refused before any of it is read.

    Nothing is done then, so the page is shown as to somebody who only looks: the form's mark is in what was not read.
    """
    declared = request.headers.get("content-length", "")
    if request.method == "POST" and declared.isdecimal() and int(declared) > UPLOAD_BYTES_MAX:
        request.scope["method"] = "GET"
        request.state.too_large = True
    return await _data(request)


@company
async def _data(request: Request) -> Response:
    if request.method == "POST":
        return await _upload(request)
    form = empty_form(text_column=request.query_params.get("column", ""))
    if getattr(request.state, "too_large", False):
        form.wrong["file"] = _too_large(visit_of(request).words)
        return await _page(request, await job_of(request), form, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return await _page(request, await job_of(request), form)


@company
async def progress(request: Request) -> Response:
    """How far an upload is, for a script; a browser is sent to the page."""
    if not wants_json(request):
        upload = quote(str(request.path_params["upload_id"]))
        return RedirectResponse(f"/company/jobs/{job_id_of(request)}/data?upload={upload}", HTTPStatus.SEE_OTHER)
    report = _report_of(request)
    if report is None:  # not begun yet, or at work in another process
        return JSONResponse({"stage": "unknown", "share": 0, "words": ""})
    return JSONResponse(
        {
            "stage": report.stage.value,
            "share": round(report.share, 4),
            "words": visit_of(request).words(
                "company.upload_so_far", taken=report.taken, known=report.known, refused=report.refused
            ),
        }
    )


@company
async def refused_rows(request: Request) -> Response:
    """The rows that were not taken, as a CSV file to be mended and sent again."""
    report, words = _report_of(request), visit_of(request).words
    if report is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)

    async def lines() -> AsyncIterator[bytes]:
        header = [words(f"company.refused_{name}") for name in ("line", "shown", "why")]
        yield BYTE_ORDER_MARK + write_csv_line(header).encode()
        for row in report.refused_rows:
            yield write_csv_line([str(row.line), row.shown, problem_words(words, row.problem)]).encode()

    name = f"{words('company.refused_file')} {report.file_name}".removesuffix(".csv")
    return StreamingResponse(lines(), media_type="text/csv; charset=utf-8", headers=attachment(f"{name}.csv"))


async def _upload(request: Request) -> Response:
    job, form, words = await job_of(request), await form_of(request), visit_of(request).words
    file = form.files.get("file")
    if file is None or not file.filename:
        form.wrong["file"] = words("company.upload_choose")
    elif not file.size:
        form.wrong["file"] = words("company.upload_empty")
    elif file.size > FILE_BYTES_MAX:
        form.wrong["file"] = _too_large(words)
    elif job.state not in IMPORTING:
        form.wrong[""] = reason_words(words, "JOB_STATE", {"state": state_name(job)})
    if form.wrong or file is None:
        return await _page(request, job, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        report = await _read(request, job, form, file)
    finally:
        await file.close()
    if report is None:
        return await _page(request, job, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    return RedirectResponse(f"/company/jobs/{job.job_id}/data?upload={report.upload_id}", HTTPStatus.SEE_OTHER)


async def _read(request: Request, job: pb.Job, form: Form, file: UploadFile) -> Report | None:
    """Reads a file into the job. None where nothing of it can be read, which the form then says."""
    reports, person = house_of(request).reports, person_of(request)
    report = Report(form.request_id, person.account_id, job.job_id, (file.filename or "")[:200])
    if not reports.begin(report):
        return report  # the same form again: the first one is at work
    showing = showing_of(job.spec.label_schema_json, job.spec.annotation_type)
    labels = spellings(job.spec.label_schema_json) if showing.plain else {}
    target = Target(person.client, job.job_id, showing.objects[0][1], labels, showing.plain)
    try:
        await finish(report, await _begin(target, showing, file, form["text_column"], report))
    except FileError as error:
        reports.drop(report)
        field = "text_column" if error.problem.wrong in _ABOUT_COLUMNS and showing.is_text else "file"
        form.wrong[field] = problem_words(visit_of(request).words, error.problem)
        return None
    except BaseException:
        if report.stage == Stage.READING:  # it did not even begin: the same form may be sent again
            reports.drop(report)
        raise
    return report


async def _begin(target: Target, showing: Showing, file: UploadFile, column: str, report: Report) -> Awaitable[None]:
    """Reads as far as it can be said that the file is one for the job; what is given back reads the rest."""
    raw, size = file.file, file.size or 1
    if showing.media:
        archive = await asyncio.to_thread(MediaArchive, raw)
        if archive.sheet:
            return import_sheet(target, archive, showing, report)
        if len(showing.objects) > 1:
            raise FileError(Wrong.NO_SHEET)
        return import_media(target, archive, report)
    if showing.is_text and not await asyncio.to_thread(_brings_data, raw):
        rows = await asyncio.to_thread(RowFile, raw, column)
        report.letters, report.text_column = rows.encoding.label, rows.columns.text
        return import_texts(target, rows, raw, size, report)
    whole = await asyncio.to_thread(DataFile, raw)
    report.letters = whole.encoding.label
    return import_texts(target, whole, raw, size, report)


def _brings_data(raw: BinaryIO) -> bool:
    """Whether a file's first line is a row with whole data."""
    raw.seek(0)
    first = raw.readline(LINE_LETTERS_MAX)
    raw.seek(0)
    return first.lstrip(b"\xef\xbb\xbf \t").startswith(b"{") and b'"data"' in first


async def _page(request: Request, job: pb.Job, form: Form, status: int = HTTPStatus.OK) -> Response:
    words, report = visit_of(request).words, _report_of(request)
    return house_of(request).pages.page(
        request,
        "company/data.html",
        int(status),
        form=form,
        job=job,
        state=state_name(job),
        showing=showing_of(job.spec.label_schema_json, job.spec.annotation_type),
        labels=schema_of(job.spec.label_schema_json, words.language).labels,
        importing=job.state in IMPORTING,
        publishable=job.state in PUBLISHABLE and job.item_count > 0,
        report=report,
        lost=report is None and "upload" in request.query_params,
        reading=report is not None and report.stage == Stage.READING,
        stopped=_stopped_words(words, report) if report else "",
        refused=[
            (row.line, row.shown, problem_words(words, row.problem))
            for row in sorted(report.refused_rows[:REFUSED_SHOWN_MAX], key=lambda row: row.line)
        ]
        if report
        else [],
        kept_max=REFUSED_KEPT_MAX,
        most=FILE_BYTES_MAX // _MEGABYTE,
    )


def _report_of(request: Request) -> Report | None:
    """The upload in the address, where it is this person's and this job's and still remembered."""
    upload_id = str(request.path_params.get("upload_id", request.query_params.get("upload", "")))
    report = house_of(request).reports.find(person_of(request).account_id, upload_id)
    return report if report and report.job_id == job_id_of(request) else None


def problem_words(words: Words, problem: Problem) -> str:
    """What is wrong with a file or a row, in words."""
    values: dict[str, str | int] = dict(problem.values)
    key = f"company.upload_rule_{values.get('code')}"
    if problem.wrong is not Wrong.RULE_BROKEN or not words.has(key):
        return words(f"company.upload_{problem.wrong.value}", **values)
    return words(key, **values, words=broken_words(words, str(values["answer_rule"]), int(values["mark_no"])))


def _stopped_words(words: Words, report: Report) -> str:
    if report.problem:
        return problem_words(words, report.problem)
    return reason_words(words, report.reason, report.reason_values) if report.reason else ""


def _too_large(words: Words) -> str:
    return words("company.upload_too_large", most=FILE_BYTES_MAX // _MEGABYTE)
