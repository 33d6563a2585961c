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

from accounts.ledger.findings import Refused
from accounts.terms import zone_names

LANGUAGES = ("en", "zh_Hans", "zh_Hant")
_ABBREVIATIONS = {
    abbreviation: near
    for near, abbreviations in {
        "America/New_York": "est edt et",
        "Asia/Shanghai, America/Chicago": "cst",
        "America/Chicago": "cdt ct",
        "America/Denver": "mst mdt mt",
        "America/Los_Angeles": "pst pdt pt",
        "America/Halifax, Asia/Riyadh": "ast",
        "Asia/Kolkata, Europe/Dublin, Asia/Jerusalem": "ist",
        "Europe/London, Asia/Dhaka": "bst",
        "Asia/Singapore, Pacific/Pago_Pago": "sst",
        "Asia/Dubai": "gst",
        "America/Manaus, Asia/Yerevan": "amt",
        "Australia/Perth": "wst",
        "Pacific/Honolulu": "hst",
        "America/Anchorage": "akst",
    }.items()
    for abbreviation in abbreviations.split()
}

# What is said and stands in no table: names of clocks, and cities that give no zone its name.
_SAID = {
    "Asia/Shanghai": """
        北京时间 北京 beijing beijingtime 中国标准时间 中国时间 chinastandardtime chinatime 东八区 深圳 广州
        杭州 成都 shenzhen guangzhou hangzhou prc
    """,
    "Asia/Taipei": """
        台北时间 台北 臺北 台湾时间 taipeitime taipeistandardtime
    """,
    "Asia/Hong_Kong": """
        香港时间 hongkongtime hkt
    """,
    "Asia/Tokyo": """
        东京时间 日本时间 tokyotime japantime japanstandardtime jst 大阪 osaka
    """,
    "Asia/Seoul": """
        首尔时间 韩国时间 koreatime kst
    """,
    "Asia/Singapore": """
        新加坡时间 singaporetime sgt
    """,
    "Asia/Kolkata": """
        印度时间 indiatime indiastandardtime mumbai 孟买 delhi newdelhi 新德里 bangalore bengaluru
    """,
    "America/New_York": """
        美国东部时间 美东时间 美东 easterntime useastern newyorktime boston 波士顿 washington washingtondc
        华盛顿 miami atlanta
    """,
    "America/Chicago": """
        美国中部时间 美中时间 centraltime uscentral houston 休斯敦 dallas 达拉斯
    """,
    "America/Denver": """
        美国山地时间 mountaintime usmountain
    """,
    "America/Los_Angeles": """
        美国西部时间 美西时间 美西 太平洋时间 pacifictime uspacific sanfrancisco 旧金山 seattle 西雅图
        silikonvalley siliconvalley
    """,
    "Europe/London": """
        伦敦时间 英国时间 uktime londontime
    """,
    "Europe/Berlin": """
        柏林时间 德国时间 munich 慕尼黑 frankfurt 法兰克福 hamburg 汉堡
    """,
    "Europe/Paris": """
        巴黎时间 法国时间
    """,
    "Asia/Dubai": """
        迪拜时间 阿布扎比 abudhabi
    """,
    "Australia/Sydney": """
        悉尼时间 sydneytime canberra 堪培拉
    """,
    "Etc/UTC": """
        utc gmt z zulu 世界时 协调世界时 格林尼治时间 世界协调时间
    """,
}
# Countries with several zones of which one is the country's own clock.
_PRIMARY = {
    "AR": "America/Argentina/Buenos_Aires",
    "CN": "Asia/Shanghai",
    "CY": "Asia/Nicosia",
    "DE": "Europe/Berlin",
    "MY": "Asia/Kuala_Lumpur",
    "NZ": "Pacific/Auckland",
    "PS": "Asia/Gaza",
    "UA": "Europe/Kyiv",
    "UZ": "Asia/Tashkent",
    "VN": "Asia/Ho_Chi_Minh",
}
_COUNTRIES_SAID = {
    "CN": "chn prc 中华人民共和国 中国大陆 大陆 mainlandchina peoplesrepublicofchina",
    "TW": "twn 台湾 中国台湾 台湾地区 taiwan taiwanchina 中华民国",
    "HK": "hkg 香港 中国香港 hongkong hongkongchina",
    "MO": "mac 澳门 中国澳门 macau macao",
    "US": "usa 美国 america unitedstatesofamerica 美利坚合众国",
    "GB": "gbr uk 英国 greatbritain england britain",
    "KR": "kor 韩国 southkorea korea 南韩",
    "AE": "are uae 阿联酋",
    "RU": "rus russia 俄国",
    "VN": "vnm vietnam",
    "CZ": "cze czechrepublic",
    "TR": "tur turkey 土耳其",
}
_STATES = {
    "America/New_York": "CT DC DE FL GA IN KY MA MD ME MI NC NH NJ NY OH PA RI SC VA VT WV",
    "America/Chicago": "AL AR IA IL KS LA MN MO MS ND NE OK SD TN TX WI",
    "America/Denver": "CO ID MT NM UT WY",
    "America/Phoenix": "AZ",
    "America/Los_Angeles": "CA NV OR WA",
    "America/Anchorage": "AK",
    "Pacific/Honolulu": "HI",
    "America/Puerto_Rico": "PR",
    "America/St_Thomas": "VI",
    "Pacific/Guam": "GU",
    "Pacific/Saipan": "MP",
    "Pacific/Pago_Pago": "AS",
}
# States that two zones share: the later clock is taken, in the customer's favour.
_LATER_CLOCK = {
    "AK": "America/Adak",
    "FL": "America/Chicago",
    "ID": "America/Los_Angeles",
    "IN": "America/Chicago",
    "KS": "America/Denver",
    "KY": "America/Chicago",
    "MI": "America/Menominee",
    "ND": "America/Denver",
    "NE": "America/Denver",
    "SD": "America/Denver",
    "TN": "America/Chicago",
    "TX": "America/Denver",
}
_STATE_ZONES = {state: zone for zone, states in _STATES.items() for state in states.split()}
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
    if key in _ABBREVIATIONS:
        raise Refused("zone_abbreviation", "time_zone", text, near=_ABBREVIATIONS[key])
    if found := _iana().get(folded.casefold().replace(" ", "_")) or _words().get(key):
        return found
    if offset := _OFFSET.fullmatch(folded.casefold().replace(" ", "")):
        return _of_offset(offset, text)
    if country := _country_names().get(key):
        return country_zone(country) or _refuse_country(country, text)
    raise Refused("unknown_zone", "time_zone", text, near=_near(key))


def zone_in_brackets(text: str) -> str:
    """The zone named in brackets behind a date, or an empty string for any other remark."""
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
    return zones[0] if len(zones) == 1 else _PRIMARY.get(country, "")


@lru_cache(maxsize=1024)
def zone_country(zone: str) -> str:
    """The country that a zone lies in; empty for zones of none, such as UTC."""
    return next((country for country, zones in _zones_by_country().items() if zone in zones), "")


def state_zone(state: str) -> str:
    """The zone of a US state by its two letters, the later clock where it has two; empty for anything else."""
    code = plain(state).upper()
    return _LATER_CLOCK.get(code) or _STATE_ZONES.get(code, "")


def shared_by_two_zones(state: str) -> bool:
    return plain(state).upper() in _LATER_CLOCK


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
    words.update({plain(word): zone for zone, said in _SAID.items() for word in said.split()})
    return words


@lru_cache(maxsize=1)
def _country_names() -> dict[str, str]:
    names: dict[str, str] = {}
    for language in LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if len(code) == 2 and code.isalpha():
                names.setdefault(plain(code), code)
                names.setdefault(plain(name), code)
    names.update({plain(word): code for code, said in _COUNTRIES_SAID.items() for word in said.split()})
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


def _near(key: str) -> str:
    """Names of zones that a word is nearly, for a hint; without any, two that show how a zone is written."""
    words = _words()
    near = [words[word] for word in difflib.get_close_matches(key, words, 4, 0.8)]
    return ", ".join(dict.fromkeys(near)) or "Asia/Shanghai, America/New_York"
