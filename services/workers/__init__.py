"""Who labels: people, exams, certificates and restrictions."""
