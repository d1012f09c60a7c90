"""Pages for the site that `wagtail start` makes; run in its folder with `manage.py shell < wagtail_fill.py`."""

from django.contrib.auth.models import User
from home.models import HomePage

User.objects.create_superuser("admin", "admin@example.com", "admin", first_name="Ada", last_name="Byron")
User.objects.create_user("mia", "mia@example.com", "mia", first_name="Mia", last_name="Wallace")
home = HomePage.objects.first()
for title in ("About us", "Bread recipes", "Opening hours"):
    home.add_child(instance=HomePage(title=title))
home.add_child(instance=HomePage(title="Summer menu", live=False))
