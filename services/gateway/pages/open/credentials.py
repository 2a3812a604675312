"""What programs need to check credentials: public keys, lists of revoked ones; and who issues them, for people."""

from __future__ import annotations

from typing import Final

from ilgam.common.v1.common_pb2 import AnnotationType
from ilgam.workers.v1 import workers_service_pb2 as pb
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from services.gateway.admission import anybody
from services.gateway.house import house_of
from services.gateway.kinds import kind_of

# Keys change rarely; a revocation is to be seen within a minute.
_KEYS_KEPT: Final = {"cache-control": "public, max-age=300", "access-control-allow-origin": "*"}
_LIST_KEPT: Final = {"cache-control": "public, max-age=60", "access-control-allow-origin": "*"}
_LIST_NO_DIGITS_MAX: Final = 6


@anybody
async def keys(request: Request) -> Response:
    """The public keys of credentials (JWKS, RFC 7517)."""
    answer = await house_of(request).people.nobody.workers.GetCertificateKeys(pb.GetCertificateKeysRequest())
    return Response(answer.jwks_json, media_type="application/jwk-set+json", headers=_KEYS_KEPT)


@anybody
async def status_list(request: Request) -> Response:
    """A signed list of which credentials are revoked."""
    number = request.path_params["list_no"]
    if not (number.isascii() and number.isdecimal() and len(number) <= _LIST_NO_DIGITS_MAX and int(number)):
        raise HTTPException(404)
    asked = pb.GetStatusListRequest(list_no=int(number))
    answer = await house_of(request).people.nobody.workers.GetStatusList(asked)
    return Response(answer.jwt, media_type="application/vc+jwt", headers=_LIST_KEPT)


@anybody
async def issuer(request: Request) -> Response:
    """Who issues certificates, for which kinds, and how a credential is checked."""
    kinds = [kind_of(number) for number in AnnotationType.values() if number]
    return house_of(request).pages.page(request, "open/issuer.html", kinds=kinds)
