"""What every process needs and no service owns: it knows no service."""
