"""Pages that anybody may see: programmes, certificates to verify, the keys they are checked with, published forms."""

from services.gateway.pages.open import credentials, programmes, schemas, verify

__all__ = ["credentials", "programmes", "schemas", "verify"]
