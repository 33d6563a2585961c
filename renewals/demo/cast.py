"""Who plays in the demo data: the vendor's people, its products, its customers. Nobody here exists.

Every address is under a domain that is reserved for examples, every number one that is nobody's.
"""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import Contact, Peak, Product, User

ZH, EN = "zh-hans", "en"
CHEN, HE, EMMA = "csm@demo.test", "he.jing@demo.test", "emma.clarke@demo.test"
BIG, MID, SMALL = "Enterprise", "Mid-market", "SMB"
CHINA, ABROAD = "中国区", "International"


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """One of the vendor's people."""

    email: str
    name: str
    role: User.Role = User.Role.CSM
    team: str = CHINA
    zone: str = "Asia/Shanghai"
    country: str = "CN"
    language: str = ZH
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody at a customer. `bounces`: mail to this address comes back."""

    name: str
    email: str = ""
    salutation: str = ""
    phone: str = ""
    role: Contact.Role = Contact.Role.DECIDES
    channel: Contact.Channel = Contact.Channel.EMAIL
    zone: str = ""
    language: str = ""
    bounces: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Busy:
    """When a customer's own work peaks; `around`: around an end so many days from the day of loading."""

    name: str
    kind: Peak.Kind
    day: int | None = None
    count: int | None = None
    working: bool = False
    around: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """A customer and the people there. `country` names its working calendar too."""

    name: str
    zone: str = "Asia/Shanghai"
    country: str = "CN"
    language: str = ZH
    owner: str | None = CHEN
    note: str = ""
    segment: str = MID
    peaks: tuple[Busy, ...] = ()
    people: tuple[Person, ...]


COLLEAGUES = (
    Colleague(email=CHEN, name="陈舟", phone="+86 138 0000 1001"),
    Colleague(email="manager@demo.test", name="周宁", role=User.Role.MANAGER, phone="+86 138 0000 1002"),
    Colleague(email="admin@demo.test", name="顾青", role=User.Role.ADMIN),
    Colleague(email=HE, name="何静", phone="+86 138 0000 1003"),
    Colleague(
        email=EMMA,
        name="Emma Clarke",
        team=ABROAD,
        zone="Europe/London",
        country="GB",
        language=EN,
        phone="+44 20 7946 0123",
    ),
)

PRODUCTS = (
    ("collab", "协作专业版", Product.LockConvention.AS_PROMISED, ""),
    ("learning", "学习平台", Product.LockConvention.LAST_DAY_BEGINS, "Asia/Shanghai"),
    ("dispatch", "调度版", Product.LockConvention.LAST_DAY_ENDS, "Asia/Shanghai"),
    ("quality", "质检云", Product.LockConvention.LAST_DAY_BEGINS, ""),
    ("analytics", "Analytics", Product.LockConvention.LAST_DAY_BEGINS, "UTC"),
    ("vault", "Archive Vault", Product.LockConvention.LAST_DAY_ENDS, "UTC"),
)
"""Code, name, when it locks on its own, in whose zone (rule 21)."""

USES, PAYS, PHONE = Contact.Role.USES, Contact.Role.PAYS, Contact.Channel.PHONE

COMPANIES = (
    Company(
        name="澜图科技",
        note="每月 15 日前后交月度经营报告。",
        peaks=(Busy(name="月度经营报告", kind=Peak.Kind.DUE, day=15, count=3),),
        people=(
            Person(name="林澜", salutation="林澜女士", email="lin.lan@lantu.example", phone="+86 138 0000 2101"),
            Person(name="方哲", email="fang.zhe@lantu.example", role=USES),
        ),
    ),
    Company(
        name="禾木教育",
        note="九月和二月开学,最忙。",
        people=(Person(name="何苗", salutation="何老师", email="he.miao@hemu.example", phone="+86 138 0000 2102"),),
    ),
    Company(
        name="云杉物流",
        segment=BIG,
        people=(
            Person(name="许岩", salutation="许总", email="xu.yan@yunshan.example", phone="+86 138 0000 2103"),
            Person(name="梁艺", email="liang.yi@yunshan.example", role=PAYS),
        ),
    ),
    Company(
        name="启明制造",
        note="质检月报在每月最后一个工作日交。",
        segment=BIG,
        peaks=(Busy(name="质检月报", kind=Peak.Kind.MONTH_END, count=2, working=True),),
        people=(Person(name="王启", salutation="王工", email="wang.qi@qiming.example", phone="+86 138 0000 2201"),),
    ),
    Company(
        name="青禾医疗",
        segment=BIG,
        peaks=(Busy(name="年度医保对账", kind=Peak.Kind.YEARLY, around=40),),
        people=(Person(name="沈知秋", salutation="沈主任", email="shen@qinghe.example"),),
    ),
    Company(name="北辰设计院", people=(Person(name="罗一鸣", salutation="罗工", email="luo@beichen.example"),)),
    Company(name="南山律师事务所", people=(Person(name="宋词", salutation="宋律师", email="song@nanshan.example"),)),
    Company(
        name="长风电力", segment=BIG, people=(Person(name="高远", salutation="高总", email="gao@changfeng.example"),)
    ),
    Company(name="远帆外贸", people=(Person(name="丁海", channel=PHONE, phone="+86 138 0000 2109"),)),
    Company(name="槐序咖啡", segment=SMALL, people=(Person(name="姚夏", email="yao@huaixu.example"),)),
    Company(
        name="雨前茶业",
        segment=SMALL,
        owner=HE,
        people=(Person(name="叶青", salutation="叶女士", email="ye@yuqian.example"),),
    ),
    Company(name="星野游戏", owner=HE, people=(Person(name="江星", email="jiang@xingye.example", role=USES),)),
    Company(name="蓝湾地产", owner=HE, people=(Person(name="邵蓝", salutation="邵总", email="shao@lanwan.example"),)),
    Company(name="一苇出版", owner=HE, people=(Person(name="韦一", salutation="韦编辑", email="wei@yiwei.example"),)),
    Company(name="白鹭检测", owner=HE, people=(Person(name="陆鸣", email="lu@bailu.example"),)),
    Company(
        name="松果早教",
        segment=SMALL,
        owner=HE,
        people=(Person(name="宋果", salutation="宋园长", email="song@songguo.example"),),
    ),
    Company(
        name="天山乳业",
        zone="Asia/Urumqi",
        owner=HE,
        note="按新疆时间上班,比北京晚两小时。",
        people=(Person(name="阿依古丽", salutation="阿依古丽女士", email="ayi@tianshan.example"),),
    ),
    Company(name="木棉服饰", segment=SMALL, owner=None, people=(Person(name="区小棉", email="ou@mumian.example"),)),
    Company(
        name="Harbor Labs",
        zone="America/New_York",
        country="US",
        language=EN,
        people=(
            Person(
                name="Dana Whitfield",
                salutation="Dana",
                email="dana@harborlabs.example",
                phone="+1 212 555 0142",
                bounces=True,
            ),
        ),
    ),
    Company(
        name="Merlion Freight",
        zone="Asia/Singapore",
        country="SG",
        language=EN,
        people=(
            Person(name="Tan Wei Ling", salutation="Ms Tan", email="weiling@merlion.example"),
            Person(name="陈国强", email="guoqiang@merlion.example", role=USES, zone="Asia/Shanghai", language=ZH),
        ),
    ),
    Company(
        name="Hinata Foods",
        zone="Asia/Tokyo",
        country="JP",
        language=EN,
        people=(Person(name="Sato Haruka", salutation="Ms Sato", email="sato@hinata.example"),),
    ),
    Company(
        name="Wattle & Stone",
        zone="Australia/Sydney",
        country="AU",
        language=EN,
        people=(Person(name="Mia Nguyen", salutation="Mia", email="mia@wattle.example"),),
    ),
    Company(
        name="Neem Health",
        zone="Asia/Kolkata",
        country="IN",
        language=EN,
        owner=EMMA,
        people=(Person(name="Arjun Rao", salutation="Dr Rao", email="arjun@neem.example"),),
    ),
    Company(
        name="Himal Trekking",
        segment=SMALL,
        zone="Asia/Kathmandu",
        country="NP",
        language=EN,
        owner=EMMA,
        people=(Person(name="Pemba Sherpa", salutation="Pemba", email="pemba@himal.example"),),
    ),
    Company(
        name="Dune Logistics",
        zone="Asia/Dubai",
        country="AE",
        language=EN,
        owner=EMMA,
        people=(Person(name="Layla Haddad", salutation="Ms Haddad", email="layla@dune.example"),),
    ),
    Company(
        name="Kiefer Maschinenbau",
        segment=BIG,
        zone="Europe/Berlin",
        country="DE",
        language=EN,
        owner=EMMA,
        people=(Person(name="Jonas Weber", salutation="Mr Weber", email="weber@kiefer.example"),),
    ),
    Company(
        name="Atelier Marais",
        segment=SMALL,
        zone="Europe/Paris",
        country="FR",
        language=EN,
        owner=EMMA,
        people=(Person(name="Camille Roux", salutation="Camille", email="camille@marais.example"),),
    ),
    Company(
        name="Thames Ledger",
        segment=BIG,
        zone="Europe/London",
        country="GB",
        language=EN,
        owner=EMMA,
        people=(Person(name="Oliver Grant", salutation="Mr Grant", email="grant@thames.example"),),
    ),
    Company(
        name="Pennine Audio",
        segment=SMALL,
        zone="Europe/London",
        country="GB",
        language=EN,
        owner=EMMA,
        people=(Person(name="Ruth Holt", salutation="Ruth", email="ruth@pennine.example"),),
    ),
    Company(
        name="Cedar & Finch",
        zone="America/Chicago",
        country="US",
        language=EN,
        owner=EMMA,
        people=(Person(name="Marcus Lee", salutation="Marcus", email="marcus@cedarfinch.example"),),
    ),
    Company(
        name="Lone Pine Robotics",
        zone="America/Los_Angeles",
        country="US",
        language=EN,
        owner=EMMA,
        people=(Person(name="Priya Shah", salutation="Priya", email="priya@lonepine.example"),),
    ),
    Company(
        name="Avalon Fisheries",
        zone="America/St_Johns",
        country="CA",
        language=EN,
        owner=EMMA,
        people=(Person(name="Noah Power", salutation="Mr Power", email="noah@avalon.example"),),
    ),
)
