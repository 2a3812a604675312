"""The certificates' part of WorkersService."""

from __future__ import annotations

from ilgam.workers.v1 import workers_service_pb2 as pb
from ilgam.workers.v1 import workers_service_pb2_grpc as pb_grpc

from services.core.clock import utc_now
from services.core.errors import NotFoundError
from services.runtime.auth import current_caller
from services.runtime.database import Database, Transaction
from services.runtime.middleware import Context
from services.runtime.requests import run_once
from services.runtime.wire import uuid_of
from services.workers.credentials.signer import CredentialSigner
from services.workers.domain.certificates import normal_number
from services.workers.domain.credentials import jwks_json
from services.workers.entrypoints import convert
from services.workers.store.queries import certificates as certificate_store
from services.workers.store.queries import credentials as credential_store
from services.workers.use_cases import give_credential
from services.workers.use_cases.issue_certificates import grant_certificates
from services.workers.use_cases.revoke_certificate import revoke_certificate


class CertificatesServicer(pb_grpc.WorkersServiceServicer):
    """Certificates: given, checked by anybody, made void, signed as credentials."""

    _database: Database
    _signer: CredentialSigner

    async def GrantCertificate(
        self, request: pb.GrantCertificateRequest, _context: Context
    ) -> pb.GrantCertificateResponse:
        """Issues certificates without an exam, with the reason."""
        worker_ids = [uuid_of(worker_id) for worker_id in request.worker_ids]

        async def act(tx: Transaction) -> pb.GrantCertificateResponse:
            now = utc_now()
            granted = await grant_certificates(tx, worker_ids, request.annotation_type, request.reason, now)
            return pb.GrantCertificateResponse(
                certificates=[convert.certificate_message(certificate, now) for certificate in granted]
            )

        return await run_once(self._database, request, pb.GrantCertificateResponse, act)

    async def GetCertificate(self, request: pb.GetCertificateRequest, _context: Context) -> pb.GetCertificateResponse:
        """Gives one certificate; a worker sees their own."""
        caller = current_caller()
        async with self._database.transaction() as tx:
            certificate = await certificate_store.certificate_by_id(tx.connection, uuid_of(request.certificate_id))
        if certificate is None or not (caller.is_operator or certificate.worker_id == caller.account_id):
            raise NotFoundError("certificate")
        return pb.GetCertificateResponse(certificate=convert.certificate_message(certificate, utc_now()))

    async def VerifyCertificate(
        self, request: pb.VerifyCertificateRequest, _context: Context
    ) -> pb.VerifyCertificateResponse:
        """Says whether a certificate number is valid now."""
        async with self._database.transaction() as tx:
            certificate = await certificate_store.certificate_by_number(tx.connection, normal_number(request.number))
        if certificate is None:
            raise NotFoundError("certificate")
        return convert.verification_message(certificate, utc_now())

    async def RevokeCertificate(
        self, request: pb.RevokeCertificateRequest, _context: Context
    ) -> pb.RevokeCertificateResponse:
        """Makes a certificate void."""

        async def act(tx: Transaction) -> pb.RevokeCertificateResponse:
            now = utc_now()
            revoked = await revoke_certificate(tx, uuid_of(request.certificate_id), request.reason, now)
            return pb.RevokeCertificateResponse(certificate=convert.certificate_message(revoked, now))

        return await run_once(self._database, request, pb.RevokeCertificateResponse, act)

    async def GetCredential(self, request: pb.GetCredentialRequest, _context: Context) -> pb.GetCredentialResponse:
        """Gives the caller's certificate as a signed credential."""
        worker_id, certificate_id = current_caller().worker_id, uuid_of(request.certificate_id)
        async with self._database.transaction() as tx:
            given = await give_credential.credential_of(tx, self._signer, worker_id, certificate_id, utc_now())
        return pb.GetCredentialResponse(jwt=given.jwt, credential_json=given.document_json)

    async def GetCertificateKeys(
        self, _request: pb.GetCertificateKeysRequest, _context: Context
    ) -> pb.GetCertificateKeysResponse:
        """Gives the public keys, those of the past too."""
        async with self._database.statement() as connection:
            keys = await credential_store.certificate_keys(connection)
        return pb.GetCertificateKeysResponse(jwks_json=jwks_json(keys))

    async def GetStatusList(self, request: pb.GetStatusListRequest, _context: Context) -> pb.GetStatusListResponse:
        """Gives a list of which credentials are revoked, signed."""
        async with self._database.transaction() as tx:
            jwt = await give_credential.status_list(tx, self._signer, request.list_no, utc_now())
        return pb.GetStatusListResponse(jwt=jwt)

    async def RotateCertificateKey(
        self, request: pb.RotateCertificateKeyRequest, _context: Context
    ) -> pb.RotateCertificateKeyResponse:
        """Signs from now on with a new key."""

        async def act(tx: Transaction) -> pb.RotateCertificateKeyResponse:
            return pb.RotateCertificateKeyResponse(
                key_id=await give_credential.rotate_certificate_key(tx, self._signer, utc_now())
            )

        return await run_once(self._database, request, pb.RotateCertificateKeyResponse, act)
