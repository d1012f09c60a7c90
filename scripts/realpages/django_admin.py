"""Django's tutorial application with the admin site, in one file: `python django_admin.py PORT FOLDER`."""

import sys
from pathlib import Path

import django
from django.conf import settings

port, folder = sys.argv[1], Path(sys.argv[2])
folder.mkdir(parents=True, exist_ok=True)
settings.configure(
    ALLOWED_HOSTS=["*"],
    AUTH_PASSWORD_VALIDATORS=[],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": folder / "db.sqlite3"}},
    DEBUG=True,
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    INSTALLED_APPS=[
        "django.contrib.admin",
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.messages",
        "django.contrib.sessions",
        "django.contrib.staticfiles",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ],
    ROOT_URLCONF=__name__,
    SECRET_KEY="not secret",
    STATIC_URL="/static/",
    TEMPLATES=[
        {
            "APP_DIRS": True,
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ]
            },
        }
    ],
    TIME_ZONE="UTC",
    USE_TZ=True,
)
django.setup()

from django.contrib import admin  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, models  # noqa: E402
from django.urls import path  # noqa: E402
from django.utils import timezone  # noqa: E402


class Question(models.Model):
    question_text = models.CharField(max_length=200)
    pub_date = models.DateTimeField("date published")

    class Meta:
        app_label = "auth"

    def __str__(self):
        return self.question_text


class Choice(models.Model):
    question = models.ForeignKey(Question, on_delete=models.CASCADE)
    choice_text = models.CharField(max_length=200)
    votes = models.IntegerField(default=0)

    class Meta:
        app_label = "auth"


class ChoiceInline(admin.TabularInline):
    model = Choice
    extra = 3


@admin.register(Question)
class QuestionAdmin(admin.ModelAdmin):
    fieldsets = [
        (None, {"fields": ["question_text"]}),
        ("Date information", {"fields": ["pub_date"], "classes": ["collapse"]}),
    ]
    inlines = [ChoiceInline]
    list_display = ["question_text", "pub_date"]
    list_filter = ["pub_date"]
    search_fields = ["question_text"]


urlpatterns = [path("admin/", admin.site.urls)]


def fill():
    from django.apps import apps
    from django.contrib.auth.models import Group, User
    from django.contrib.contenttypes.management import create_contenttypes

    call_command("migrate", verbosity=0)
    with connection.schema_editor() as editor:
        editor.create_model(Question)
        editor.create_model(Choice)
    # migrate knows nothing of these; made later, they would be remembered after the database has been put back
    create_contenttypes(apps.get_app_config("auth"), verbosity=0)
    User.objects.create_superuser("admin", "admin@example.com", "admin", first_name="Adrian", last_name="Holovaty")
    for name, first, last in (("alice", "Alice", "Liddell"), ("bob", "Bob", "Builder"), ("carol", "Carol", "Danvers")):
        User.objects.create_user(name, f"{name}@example.com", name, first_name=first, last_name=last)
    for name in ("Editors", "Moderators", "Translators"):
        Group.objects.create(name=name)
    for text in ("What's up?", "Favourite colour?", "Tea or coffee?"):
        question = Question.objects.create(question_text=text, pub_date=timezone.now())
        for choice in ("Not much", "The sky", "Just hacking again"):
            question.choice_set.create(choice_text=choice)


if not (folder / "db.sqlite3").exists():
    fill()
call_command("runserver", port, use_reloader=False)
