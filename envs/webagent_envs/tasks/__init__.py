"""The MiniWoB++ tasks: which there are (`table`), and how an episode of one is played (`episode`)."""

from webagent_envs.tasks.table import ALL, DEMOS56, TIMED7, Task, find_task, task_names

__all__ = ["ALL", "DEMOS56", "TIMED7", "Task", "find_task", "task_names"]
