"""Names of clocks, cities, countries and states that stand in no table of babel or of the zone data."""

from __future__ import annotations

ABBREVIATIONS = {
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
SAID = {
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
PRIMARY = {
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
COUNTRIES_SAID = {
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
STATES = {
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
LATER_CLOCK = {
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
