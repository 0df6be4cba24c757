"""Headers of other products and of everyday files, as facts: which of our fields each of them fills."""

from typing import Final

KNOWN_HEADERS: Final[dict[str, tuple[str, ...]]] = {
    "email": (
        "Email", "Email Address", "Primary Email", "Email 1",
        # Google Contacts, then LinkedIn and Outlook.
        "E-mail 1 - Value", "E-mail 2 - Value", "E-mail 3 - Value", "E-mail 2 Address", "E-mail 3 Address",
        "Mail", "Email ID", "Contact Email", "Personal Email", "Work Email", "Business Email",
        "E-Mail-Adresse", "Mailadresse", "Adresse e-mail", "Courriel", "Adresse courriel",
        "Correo electrónico", "Correo", "Endereço de e-mail", "Indirizzo e-mail", "E-mailadres",
    ),
    "phone": (
        # A number that takes text messages before one that may not.
        "Mobile", "Mobile Phone", "Mobile Number", "Mobile Phone Number", "Cell", "Cell Phone", "Cell Number",
        "Cell Phone Number", "MobileNumberId", "SMS", "SMS Number", "SMS Phone Number", "SMS Phone",
        "Mobil", "Mobiltelefon", "Mobilnummer", "Handy", "Handynummer", "Portable", "Téléphone portable",
        "Móvil", "Teléfono móvil", "Celular", "Telemóvel", "Cellulare", "Mobiel",
        "Phone", "Phone Number", "Primary Phone", "Phone 1",
        # Google Contacts.
        "Phone 1 - Value", "Phone 2 - Value", "Phone 3 - Value",
        "Telephone", "Telephone Number", "Tel", "Contact Number", "Contact Phone",
        "WhatsApp", "WhatsApp Number", "Telefon", "Telefonnummer", "Numéro de téléphone", "Teléfono",
        "Telefoonnummer",
        "Home Phone", "Business Phone", "Work Phone", "Home Phone 2", "Business Phone 2",
    ),
    "first_name": (
        "First Name", "First", "Given Name", "Forename", "Primary Name First", "FNAME",
        "Vorname", "Prénom", "Primer nombre", "Primeiro nome", "Voornaam",
    ),
    "last_name": (
        "Last Name", "Last", "Family Name", "Surname", "Primary Name Last", "LNAME",
        "Nachname", "Familienname", "Nom de famille", "Apellidos", "Apellido", "Sobrenome", "Apelido",
        "Cognome", "Achternaam",
    ),
    "full_name": (
        "Full Name", "Name", "Contact Name", "Customer Name", "Display Name", "Primary Name Full",
        "Vollständiger Name", "Nom complet", "Nombre completo", "Nome completo", "Volledige naam",
    ),
}  # fmt: skip
"""By field, the best header first. A header counts only as a whole: `OPTIN_TIME` is no phone, `E-mail 1 -
Label` no email. No id of another system is taken for ours: `Record ID`, `Customer ID` are mapped by hand or
not at all.
"""
