"""Every page of the site by its address, as each kind of person sees it: filled, empty and gone wrong."""

from __future__ import annotations

from tests.browser.world import World

NOBODY = "00000000-0000-7000-8000-000000000000"


def entry_places(_world: World) -> list[str]:
    """Pages for anybody."""
    return ["/", "/sign-in", "/sign-in?ended=1&next=%2Fwork", "/look", "/look/keys"]


def worker_places(world: World) -> list[str]:
    """Pages of somebody who has worked."""
    job = f"/work/jobs/{world.open_id}"
    return [
        "/work", "/work/jobs", "/work/jobs?kind=image", job, f"{job}/bench", f"{job}/bench?show=guide",
        f"{job}/bench?show=report", f"{job}/recap", f"/work/jobs/{world.closed_id}/recap", "/work/answers",
        "/work/answers?verdict=rejected", f"/work/answers?job={world.open_id}", "/work/money", "/work/me",
    ]  # fmt: skip


def newcomer_places(world: World) -> list[str]:
    """Pages of somebody who has not worked yet."""
    return ["/work", "/work/jobs", f"/work/jobs/{world.open_id}", "/work/answers", "/work/money", "/work/me"]


def operator_places(world: World) -> list[str]:
    """Pages of an operator."""
    person = f"/operator/people/{world.worker.account_id}"
    company = f"/operator/companies/{world.company.organisation_id}"
    return [
        "/operator", "/operator/people", f"/operator/people?q={world.worker.email}", "/operator/people?q=zzzz",
        person, f"{person}/certificate", f"{person}/restrict", f"/operator/people/{world.newcomer.account_id}",
        "/operator/companies", "/operator/companies/new", company, f"{company}/deposit", f"{company}/member",
        "/operator/jobs", f"/operator/jobs/{world.open_id}", "/operator/events",
    ]  # fmt: skip


def company_places(world: World) -> list[str]:
    """Pages of a company with jobs."""
    draft, opened = f"/company/jobs/{world.draft_id}", f"/company/jobs/{world.open_id}"
    return [
        "/company", "/company/money", "/company/jobs/new", draft, f"{draft}/edit", f"{draft}/data",
        f"{draft}/publish", f"{draft}/close", opened, f"{opened}/edit", f"{opened}/data", f"{opened}/close",
        f"/company/jobs/{world.closed_id}", f"/company/jobs/{world.closed_id}/edit", f"/company/jobs/{world.closed_id}/data",
    ]  # fmt: skip


def founder_places(_world: World) -> list[str]:
    """Pages of a company without anything."""
    return ["/company", "/company/money", "/company/jobs/new"]
