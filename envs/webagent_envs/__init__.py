"""Browser environments for Gymnasium: MiniWoB++ tasks, and any page with a command.

``import webagent_envs`` registers them: ``gymnasium.make("webagent/click-test-v1")``.
"""

from webagent_envs.registration import register_all

register_all()
