"""Items of every kind with a known truth, made on the machine where the demo is made; the same ones each time."""
