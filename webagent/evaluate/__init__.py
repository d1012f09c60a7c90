"""Running a policy in the environments, and saying how well it does."""
