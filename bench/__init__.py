"""Benchmarks of `readiness`: ratios within one run, so that any machine may repeat them (`make bench`)."""
