"""The rules of marks: one file per family, each giving what a mark says in its canonical form."""
