"""Learning a policy: imitation, practice, fine-tuning, Stable-Baselines3. Only this needs torch."""

from webagent.errors import UsageError

__all__ = ["need_torch"]


def need_torch() -> None:
    """See to it that learning can begin.

    Raises:
        UsageError: torch is not installed.
    """
    try:
        import torch  # noqa: F401
    except ModuleNotFoundError:
        raise UsageError("learning needs torch: python -m pip install 'webagent[learn]'") from None
