"""Measures how fast the environments are, and beside them, in the same run, the packages that people use today."""

from webagent_envs.bench.measure import BenchConfig, bench

__all__ = ["BenchConfig", "bench"]
