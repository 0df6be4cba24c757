"""Names of months as people and exports write them, in the languages of most contact files."""

from typing import Final

_NAMES: Final = (
    "jan january januar january janvier janv enero ene gennaio gen janeiro januari jänner",
    "feb february februar février fév fevrier fev febrero febbraio fevereiro februari",
    "mar march märz maerz mär mrz mars marzo março marco maart mrt",
    "apr april avril avr abril abr aprile",
    "may mai mayo maggio mag maio mei",
    "jun june juni juin junio giugno giu junho",
    "jul july juli juillet juil julio luglio lug julho",
    "aug august août aout aoû agosto ago augustus",
    "sep sept september septembre septiembre settembre set setembro",
    "oct october oktober okt octobre octubre ottobre ott outubro out",
    "nov november novembre noviembre novembro",
    "dec december dezember dez décembre déc decembre diciembre dic dicembre dezembro",
)

MONTHS: Final = {name: number for number, names in enumerate(_NAMES, start=1) for name in names.split()}
"""The number of a month, 1 to 12, by its name in lower case: English, German, French, Spanish, Italian,
Portuguese, Dutch.
"""
