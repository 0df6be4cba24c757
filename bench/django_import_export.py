"""The same file through django-import-export in bulk mode, as fast as its documentation makes it.

Bulk statements of a thousand rows in one transaction, no differences shown, no instances or rows kept, no
look whether a row is new (`force_init_instance`), and for updates a loader that asks once. The table has the
indexes that a contact book cannot do without: by CRM id, email and phone. Phones and emails are taken as they
are written, and nobody is matched by them.
"""

import time
from pathlib import Path

import django
import tablib
from django.conf import settings
from django.db import connection, models
from import_export import resources
from import_export.fields import Field
from import_export.instance_loaders import CachedInstanceLoader

from bench.measure import Figures

settings.configure(
    INSTALLED_APPS=["import_export"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
)
django.setup()


class Contact(models.Model):
    """A contact as Django has it."""

    crm_id = models.CharField(max_length=100, unique=True)
    first_name = models.CharField(max_length=100, blank=True)
    last_name = models.CharField(max_length=100, blank=True)
    email = models.CharField(max_length=320, blank=True, db_index=True)
    phone = models.CharField(max_length=40, blank=True, db_index=True)
    city = models.CharField(max_length=100, blank=True)

    class Meta:
        """Without an app of its own."""

        app_label = "bench"


class Contacts(resources.ModelResource):
    """The columns of a file of people, all into new contacts."""

    crm_id = Field("crm_id", "CRM ID")
    first_name = Field("first_name", "First Name")
    last_name = Field("last_name", "Last Name")
    email = Field("email", "Email")
    phone = Field("phone", "Mobile")
    city = Field("city", "City")

    class Meta:
        """What makes it fast."""

        model = Contact
        import_id_fields = ("crm_id",)
        fields = ("crm_id", "first_name", "last_name", "email", "phone", "city")
        use_bulk = True
        batch_size = 1000
        skip_diff = True
        skip_html_diff = True
        report_skipped = False
        use_transactions = True
        force_init_instance = True


class KnownContacts(Contacts):
    """Updates of contacts that are there."""

    class Meta(Contacts.Meta):
        """Found together, by one question."""

        force_init_instance = False
        instance_loader_class = CachedInstanceLoader


def new_rows(place: str, file: str) -> Figures:
    """Every row of the file as a new contact, into a book of its own that is made before."""
    _use(place)
    with connection.schema_editor() as editor:
        editor.create_model(Contact)
    return _imported(Contacts(), file, "new")


def updates(place: str, file: str) -> Figures:
    """Every row of the file into the contact that has its CRM id."""
    _use(place)
    return _imported(KnownContacts(), file, "update")


def _use(place: str) -> None:
    connection.settings_dict["NAME"] = place.removeprefix("sqlite:///")


def _imported(resource: resources.ModelResource, file: str, expected: str) -> Figures:
    started = time.perf_counter()
    rows = tablib.Dataset().load(Path(file).read_text(encoding="utf-8"), format="csv")
    result = resource.import_data(rows, raise_errors=True)
    seconds = time.perf_counter() - started
    assert result.totals[expected] == len(rows), result.totals
    return {"seconds": seconds, "rows": len(rows), "django": django.get_version()}
