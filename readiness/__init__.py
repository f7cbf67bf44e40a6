"""Production readiness of GenAI workloads on Azure: read, judge, score, report."""

__version__ = "0.1.0"
