"""Pages that anybody may see: certificates to verify, terms."""

from services.gateway.pages.open import credentials, programmes, verify

__all__ = ["credentials", "programmes", "verify"]
