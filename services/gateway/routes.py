"""Every address of the site on one screen. Pages of an audience are in the module of its name."""

from __future__ import annotations

from typing import Final

from starlette.routing import BaseRoute, Mount, Route

from services.gateway.assets import Assets
from services.gateway.pages import company, entry, operator, shell, work
from services.gateway.render import STATIC, STATIC_PATH

ROUTES: Final[list[BaseRoute]] = [
    Route("/", entry.front),
    Route("/sign-in", entry.sign_in, methods=["GET", "POST"]),
    Route("/sign-out", entry.sign_out, methods=["POST"]),
    Route("/look", shell.look, methods=["GET", "POST"]),
    Route("/live", shell.live),
    Route("/healthz", shell.health),
    Route("/media/{end}/{signature}/{name:path}", shell.picture),
    Mount(STATIC_PATH, Assets(directory=STATIC)),
    Route("/work", work.home.home),
    Route("/work/jobs", work.jobs.jobs),
    Route("/work/jobs/{job_id:uuid}", work.jobs.job),
    Route("/work/jobs/{job_id:uuid}/claim", work.jobs.claim, methods=["POST"]),
    Route("/work/jobs/{job_id:uuid}/return", work.jobs.give_back, methods=["POST"]),
    Route("/work/jobs/{job_id:uuid}/bench", work.bench.bench),
    Route("/work/jobs/{job_id:uuid}/answers", work.bench_acts.answers, methods=["POST"]),
    Route("/work/jobs/{job_id:uuid}/drafts", work.bench_acts.drafts, methods=["POST"]),
    Route("/work/jobs/{job_id:uuid}/returns", work.bench_acts.returns, methods=["POST"]),
    Route("/work/jobs/{job_id:uuid}/recap", work.recap.recap),
    Route("/work/answers", work.answers.answers),
    Route("/work/money", work.money.money),
    Route("/work/money.csv", work.money.money_csv),
    Route("/work/me", work.me.me),
    Route("/company", company.jobs.our_jobs),
    Route("/company/money", company.money.funds),
    Route("/company/jobs/new", company.edit.new, methods=["GET", "POST"]),
    Route("/company/jobs/{job_id:uuid}", company.job.job),
    Route("/company/jobs/{job_id:uuid}/edit", company.edit.edit, methods=["GET", "POST"]),
    Route("/company/jobs/{job_id:uuid}/data", company.data.data, methods=["GET", "POST"]),
    Route("/company/jobs/{job_id:uuid}/data/{upload_id:uuid}", company.data.progress),
    Route("/company/jobs/{job_id:uuid}/data/{upload_id:uuid}/refused.csv", company.data.refused_rows),
    Route("/company/jobs/{job_id:uuid}/publish", company.publish.publish, methods=["GET", "POST"]),
    Route("/company/jobs/{job_id:uuid}/close", company.job.close),
    Route("/company/jobs/{job_id:uuid}/act/{act}", company.job.act, methods=["POST"]),
    Route("/company/jobs/{job_id:uuid}/results.{form}", company.results.results),
    Route("/operator", operator.throughput.board),
    Route("/operator/throughput.csv", operator.throughput.as_file),
    Route("/operator/people", operator.people.found),
    Route("/operator/people/{account_id}", operator.people.one),
    Route("/operator/people/{account_id}/certificate", operator.standing.grant, methods=["GET", "POST"]),
    Route(
        "/operator/people/{account_id}/certificates/{certificate_id}/revoke",
        operator.standing.revoke,
        methods=["GET", "POST"],
    ),
    Route("/operator/people/{account_id}/restrict", operator.standing.restrict, methods=["GET", "POST"]),
    Route("/operator/people/{account_id}/restore", operator.standing.restore, methods=["POST"]),
    Route("/operator/companies", operator.companies.listed),
    Route("/operator/companies/new", operator.companies.create, methods=["GET", "POST"]),
    Route("/operator/companies/{organisation_id}", operator.companies.one),
    Route("/operator/companies/{organisation_id}/deposit", operator.companies.deposit, methods=["GET", "POST"]),
    Route("/operator/companies/{organisation_id}/member", operator.companies.add_member, methods=["GET", "POST"]),
    Route("/operator/jobs", operator.jobs.listed),
    Route("/operator/jobs/{job_id}", operator.jobs.one),
    Route("/operator/jobs/{job_id}/decision", operator.jobs.decide, methods=["POST"]),
    Route("/operator/events", operator.events.overview),
    Route("/operator/events/{service}/{event_id}/replay", operator.events.replay, methods=["POST"]),
    # Whoever asks for what is not there is still who they are.
    Route("/{nowhere:path}", entry.nowhere),
]
