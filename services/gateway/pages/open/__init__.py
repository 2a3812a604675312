"""Pages that anybody may see: certificates to verify, terms."""
