#!/usr/bin/env python3
"""Write the tables that the spoken texts are proved against. Developer tool: never in CI; see README.md here.

    make.py numbers > numbers.tsv     Debian's python3-icu: CLDR's rules for numbers in words
    make.py words > words.tsv         num2words and babel: other people's rules; weekdays, months, parts of the day
    make.py paris > paris.tsv         Python's zoneinfo: when the clocks change
    make.py communes DATA > communes.tsv   the official list, DATA being @etalab/decoupage-administratif's data folder

A row: language, kind, key, text. Nothing of ours is read, but the sample region's commune codes.
"""
import hashlib
import json
import pathlib
import sys

FRENCH, ENGLISH = "fr", "en"
HERE = pathlib.Path(__file__).resolve().parent


def row(*columns) -> None:
    print(*columns, sep="\t")


def numbers() -> None:
    import icu
    row(f"# ICU {icu.ICU_VERSION}, CLDR spell-out rules")

    def rules(locale: str, name: str):
        rule = icu.RuleBasedNumberFormat(icu.URBNFRuleSetTag.SPELLOUT, icu.Locale(locale))
        rule.setDefaultRuleSet(f"%spellout-{name}")
        return rule.format

    for language, locale, cardinal, rank, hour in (
            (FRENCH, "fr", "cardinal-masculine", "ordinal-feminine", "cardinal-feminine"),
            (ENGLISH, "en_GB", "cardinal-verbose", "ordinal-verbose", "cardinal-verbose")):
        for n in range(1000):
            row(language, "icu", n, rules(locale, cardinal)(n))
        for n in range(1, 31):
            row(language, "rank", n, rules(locale, rank)(n))
        for n in range(24):
            row(language, "hour", n, rules(locale, hour)(n))
    for n in range(1, 32):
        row(FRENCH, "day", n, rules("fr", "cardinal-masculine")(n))
        row(ENGLISH, "day", n, rules("en_GB", "ordinal-verbose")(n))


def words() -> None:
    import datetime
    import num2words
    from babel.dates import format_time, get_day_names, get_month_names, get_period_id
    from babel.units import format_unit
    from importlib.metadata import version
    say = num2words.num2words
    row(f"# num2words {version('num2words')}, babel {version('babel')}")
    for language, locale in ((FRENCH, "fr"), (ENGLISH, "en_GB")):
        for n in range(1000):
            row(language, "num2words", n, say(n, lang=language))
        for n in range(7):
            row(language, "weekday", n, get_day_names("wide", locale=locale)[n])
        for n in range(1, 13):
            row(language, "month", n, get_month_names("wide", locale=locale)[n])
    joined = "\n".join(say(n, lang=FRENCH) for n in range(10_000))
    row(FRENCH, "digest", "0-9999", hashlib.sha256(joined.encode()).hexdigest())
    for n in range(24):
        row(FRENCH, "unit", n, format_unit(n, "duration-hour", locale="fr").split("\xa0")[1])
        for minute in (0, 5):
            time = datetime.time(n, minute)
            if get_period_id(time, locale="fr") in ("noon", "midnight"):
                row(FRENCH, "name", f"{n}:00", format_time(time, "B", locale="fr"))
            row(ENGLISH, "part", f"{n}:{minute:02}", format_time(time, "B", locale="en_GB"))
    for minute in range(5, 60, 5):
        # As years are read, "nineteen oh-five": the only figures after an hour that num2words knows.
        row(ENGLISH, "minute", minute, say(1900 + minute, lang=ENGLISH, to="year").removeprefix("nineteen "))


def paris() -> None:
    import datetime
    import zoneinfo
    zone, utc = zoneinfo.ZoneInfo("Europe/Paris"), datetime.timezone.utc
    row("# from this second of UTC (Unix) on, Paris is so many seconds ahead")
    at, before = datetime.datetime(2023, 12, 31, 22, tzinfo=utc), None
    while at.year < 2036:
        ahead = int(at.astimezone(zone).utcoffset().total_seconds())
        if ahead != before:
            row(int(at.timestamp()), ahead)
        at, before = at + datetime.timedelta(hours=1), ahead


def communes(data: str) -> None:
    sites = (HERE.parents[1] / "src/store/sample/sites.csv").read_text(encoding="utf-8").splitlines()
    codes = {line.split(";")[3] for line in sites if not line.startswith("#")}
    package = json.loads((pathlib.Path(data).parent / "package.json").read_text())
    row(f"# {package['name']} {package['version']}: commune code, name, how it takes an article (INSEE's TNCC), postal codes")
    for commune in json.loads((pathlib.Path(data) / "communes.json").read_text(encoding="utf-8")):
        if commune["type"] == "commune-actuelle" and commune["code"] in codes:
            row(commune["code"], commune["nom"], commune["typeLiaison"], " ".join(commune["codesPostaux"]))


if __name__ == "__main__":
    {"numbers": numbers, "words": words, "paris": paris, "communes": communes}[sys.argv[1]](*sys.argv[2:])
