"""The pages of everybody about themselves: sign-up, notices, consents, sessions, closing."""
