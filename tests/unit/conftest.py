"""Property tests say what holds for all inputs, not how fast it is: a machine with other work is slow."""

from hypothesis import HealthCheck, settings

settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")
