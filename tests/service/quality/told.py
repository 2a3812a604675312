"""What quality has told the others so far."""

from ilgam.quality.v1 import quality_events_pb2 as pb

from tests.support.service import ServiceUnderTest, eventually


async def verdicts(service: ServiceUnderTest, count: int) -> dict[str, pb.Verdict]:
    async def enough() -> dict[str, pb.Verdict] | bool:
        told = await service.emitted(pb.VerdictsGiven)
        found = {verdict.answer_id: verdict for event in told for verdict in event.verdicts}
        return found if len(found) >= count else False

    found: dict[str, pb.Verdict] = await eventually(enough)
    return found


async def held(service: ServiceUnderTest) -> set[str]:
    return {answer for event in await service.emitted(pb.VerdictsGiven) for answer in event.held_answer_ids}


async def results(service: ServiceUnderTest) -> dict[str, pb.ItemResult]:
    """The latest by revision."""
    found: dict[str, pb.ItemResult] = {}
    for event in await service.emitted(pb.ItemsResolved):
        for result in event.results:
            if result.item_id not in found or found[result.item_id].revision < result.revision:
                found[result.item_id] = result
    return found
