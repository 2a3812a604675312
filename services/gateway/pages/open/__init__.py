"""Pages that anybody may see: programmes, certificates to verify, the keys they are checked with."""

from services.gateway.pages.open import credentials, programmes, verify

__all__ = ["credentials", "programmes", "verify"]
