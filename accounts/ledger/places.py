"""Time zones and countries as people write them: IANA names, cities, countries, states, in Chinese and English.

Pure but for what babel and the pinned zone data hold. Bare abbreviations such as CST are refused: they mean
China to one reader and Chicago to another.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from functools import lru_cache
from importlib import resources
from typing import NoReturn

from babel import Locale
from babel.core import get_global

from accounts.ledger.findings import Refused
from accounts.ledger.place_names import ABBREVIATIONS, COUNTRIES_SAID, LATER_CLOCK, PRIMARY, SAID, STATES
from accounts.terms import zone_names

LANGUAGES = ("en", "zh_Hans", "zh_Hant")
_STATE_ZONES = {state: zone for zone, states in STATES.items() for state in states.split()}
_WINDOWS = re.compile(r"[(\[](?:utc|gmt)(?:[+-]\d{1,2}:?\d{2})?[)\]]\s*(.+)")
"""How Windows lists zones: (UTC+08:00) Beijing, Chongqing, Hong Kong, Urumqi."""
_OFFSET = re.compile(r"(?:utc|gmt)?([+-])(\d{1,2})(?::?(\d{2}))?", re.ASCII)
_SIMPLER = str.maketrans("臺灣東區時間國華門韓紐約倫", "台湾东区时间国华门韩纽约伦")


def plain(text: str) -> str:
    """A name without what does not tell names apart."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_SIMPLER)
    return "".join(character for character in folded if character.isalnum())


@lru_cache(maxsize=4096)
def zone_named(text: str) -> str:
    """The IANA zone that a cell means. Raises `Refused` with names near it for one that nobody knows."""
    folded = " ".join(unicodedata.normalize("NFKC", text).split())
    key = plain(folded)
    if key in ABBREVIATIONS:
        raise Refused("zone_abbreviation", "time_zone", text, near=ABBREVIATIONS[key])
    if found := _iana().get(folded.casefold().replace(" ", "_")) or _words().get(key):
        return found
    if offset := _OFFSET.fullmatch(folded.casefold().replace(" ", "")):
        return _of_offset(offset, text)
    if listed := _WINDOWS.fullmatch(folded.casefold()):
        return zone_named(re.split(r"[,(]", listed[1])[0])
    if country := _country_names().get(key):
        return country_zone(country) or _refuse_country(country, text)
    raise Refused("unknown_zone", "time_zone", text, near=_near(key))


def zone_in_brackets(text: str) -> str:
    """The zone named in brackets behind a date, or an empty string for any other remark, such as Fr for Friday."""
    if len(plain(text)) == 2 and text.isascii():
        return ""
    try:
        return zone_named(text)
    except Refused:
        return ""


@lru_cache(maxsize=4096)
def country_named(text: str) -> str:
    """The ISO code of a country by code or name. Raises `Refused` for one that nobody knows."""
    key = plain(text)
    if found := _country_names().get(key):
        return found
    near = difflib.get_close_matches(key, _country_names(), 1, 0.75)
    raise Refused("unknown_country", "country", text, near=_country_names()[near[0]] if near else "CN")


def _refuse_country(country: str, text: str) -> NoReturn:
    raise Refused("country_of_many_zones", "time_zone", text, near=zones_near(country))


def zones_near(country: str) -> str:
    """The first zones of a country, for a hint."""
    return ", ".join(_zones_by_country().get(country, ("Etc/UTC",))[:4])


@lru_cache(maxsize=512)
def country_zone(country: str) -> str:
    """The zone of a country that has one, or one that is its own clock; empty for the others."""
    zones = _zones_by_country().get(country, ())
    return zones[0] if len(zones) == 1 else PRIMARY.get(country, "")


@lru_cache(maxsize=1024)
def zone_country(zone: str) -> str:
    """The country that a zone lies in, by any of its names; empty for zones of none, such as UTC."""
    countries = _country_by_zone()
    while zone not in countries and zone in _links():
        zone = _links()[zone]
    return countries.get(zone, "")


def state_zone(state: str) -> str:
    """The zone of a US state by its two letters, the later clock where it has two; empty for anything else."""
    code = plain(state).upper()
    return LATER_CLOCK.get(code) or _STATE_ZONES.get(code, "")


def shared_by_two_zones(state: str) -> bool:
    return plain(state).upper() in LATER_CLOCK


def _of_offset(offset: re.Match[str], text: str) -> str:
    sign, hours, minutes = offset.groups()
    name = f"Etc/GMT{'-' if sign == '+' else '+'}{int(hours)}"
    if int(minutes or 0) or name not in zone_names():
        raise Refused("unknown_zone", "time_zone", text, near="Asia/Kolkata")
    return name


@lru_cache(maxsize=1)
def _iana() -> dict[str, str]:
    return {name.casefold(): name for name in zone_names()}


@lru_cache(maxsize=1)
def _words() -> dict[str, str]:
    """Cities and names of clocks, in all three scripts, to zones."""
    words: dict[str, str] = {}
    for zone in sorted(zone_names(), key=lambda name: (name.count("/") != 1, name)):
        if "/" in zone and not zone.startswith(("Etc/", "SystemV/", "US/")):
            words.setdefault(plain(zone.rpartition("/")[2]), zone)
    for language in LANGUAGES:
        for zone, names in Locale.parse(language).time_zones.items():
            if "city" in names and zone in zone_names():
                words.setdefault(plain(names["city"]), zone)
    for name, zone in get_global("windows_zone_mapping").items():
        words.setdefault(plain(name), zone)
    words.update({plain(word): zone for zone, said in SAID.items() for word in said.split()})
    return words


@lru_cache(maxsize=1)
def _country_names() -> dict[str, str]:
    names: dict[str, str] = {}
    for language in LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if len(code) == 2 and code.isalpha():
                names.setdefault(plain(code), code)
                names.setdefault(plain(name), code)
    names.update({plain(word): code for code, said in COUNTRIES_SAID.items() for word in said.split()})
    return names


@lru_cache(maxsize=1)
def _zones_by_country() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    for line in table.splitlines():
        if line and not line.startswith("#"):
            country, _place, zone, *_rest = line.split("\t")
            found.setdefault(country, []).append(zone)
    return {country: tuple(zones) for country, zones in found.items()}


@lru_cache(maxsize=1)
def _country_by_zone() -> dict[str, str]:
    return {zone: country for country, zones in _zones_by_country().items() for zone in zones}


@lru_cache(maxsize=1)
def _links() -> dict[str, str]:
    """Older names of zones to those that took their place, such as Asia/Calcutta to Asia/Kolkata."""
    table = resources.files("tzdata").joinpath("zoneinfo", "tzdata.zi").read_text(encoding="utf-8")
    links = (line.split() for line in table.splitlines() if line.startswith("L "))
    return {name: target for _mark, target, name in links}


def _near(key: str) -> str:
    """Names of zones that a word is nearly, for a hint; without any, two that show how a zone is written."""
    words = _words()
    near = [words[word] for word in difflib.get_close_matches(key, words, 4, 0.8)]
    return ", ".join(dict.fromkeys(near)) or "Asia/Shanghai, America/New_York"
