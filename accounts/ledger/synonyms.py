"""What people write above the columns of a contract ledger, in Chinese and English.

Headings are compared after `normal`: full width, case, spaces, punctuation and traditional characters do not
count. `SURE` are headings that mean one thing. `LIKELY` are patterns for the rest: taken when nothing better is
there, and said as an assumption.
"""

from __future__ import annotations

import re
import unicodedata

FIELDS = (
    "customer",
    "number",
    "product",
    "starts",
    "ends",
    "period",
    "term",
    "value",
    "currency",
    "seats",
    "owner",
    "contact_name",
    "contact_email",
    "time_zone",
    "country",
)
STATE = "state"
"""A column of US states, which says the country and the zone. Recognised by itself only; not to be mapped."""

_SIMPLER = str.maketrans(
    "請記製藥為連與環構戶編號碼約產數額幣別時區國聯絡繫負責開處訂單證發滿稱業務軟體庫權廠屆啟間計總價費終"
    "結後點種類項賬帳電郵箱經理銷長協議簽動購買機關學實檢驗許可貨據應採認領",
    "请记制药为连与环构户编号码约产数额币别时区国联络系负责开处订单证发满称业务软体库权厂届启间计总价费终"
    "结后点种类项账账电邮箱经理销长协议签动购买机关学实检验许可货据应采认领",
)

SURE: dict[str, str] = {
    "customer": """
        客户 客户名称 客户名 客户单位 客户全称 客户公司 公司 公司名称 单位 单位名称 企业名称 甲方 甲方名称
        申请商 申请商名称 申请公司名称 签约客户 签约主体 购买方 使用单位 customer customername client clientname
        company companyname account accountname organisation organization customercompany soldto tenant lessee
        licensee billto 采购单位 采购方 买方 需方 委托方 委托单位 对方单位 公司简称 客户简称 企业简称
    """,
    "number": """
        合同 合同编号 合同号 合同号码 合同no 合约编号 合约号 协议编号 协议号 契约编号 许可证字号 许可证号
        授权编号 订单编号 订单号 查验登记证号 查验登记字号 contract contractnumber contractno contractnr
        contractid contractref agreement agreementnumber agreementno agreementid licensenumber licenceenumber
        leasenumber leaseno order ordernumber orderno subscriptionid subscriptionnumber
    """,
    "product": """
        产品 产品名称 产品名 商品 商品名称 品名 中文品名 服务 服务名称 服务内容 软件 软件名称 模块 版本 套餐
        申请产品名称 product productname productcode service servicename software module sku plan edition
        subscription solution
    """,
    "starts": """
        开始 开始日 开始日期 开始时间 起始 起始日 起始日期 起始时间 生效日 生效日期 生效时间 启用日期 激活日期
        激活时间 开通日期 开通时间 合同开始日期 合同开始日 合同起始日期 合同起始日 合同生效日期 服务开始日期
        服务起始日期 起 有效期起 有效期自 起日 start starts starton startson startdate startsat begin begindate
        begins from effective effectivedate effectivefrom leaseeffectivedate commencement commencementdate
        contractstart contractstartdate activationdate activated validfrom servicestart servicestartdate
        subscriptionstart subscriptionstartdate termstart termstartdate
    """,
    "ends": """
        到期 到期日 到期日期 到期时间 结束 结束日 结束日期 结束时间 终止日 终止日期 终止时间 截止 截止日
        截止日期 截止时间 有效期至 有效日期 期满日 期满日期 失效日期 届满日期 合同到期日 合同到期日期
        合同到期时间 合同结束日期 合同结束日 合同终止日期 合同截止日期 服务到期日 服务到期日期 服务结束日期
        服务截止日期 授权到期日 止 有效期止 至 迄 迄日 end ends endon endson enddate endsat expiry expirydate
        expiration expirationdate expires expireson expiresat leaseexpirationdate validuntil validthrough
        validto through until to contractend contractenddate contractexpiry contractexpirydate serviceend
        serviceenddate lastday finish finishdate termend termenddate subscriptionend subscriptionenddate validthru
        termination terminationdate
    """,
    "period": """
        期限 合同期限 合同期 合同有效期 有效期 有效期限 有效期间 服务期 服务期限 服务期间 使用期限 授权期限
        授权期 效期 验证效期 起止日期 起止时间 合同起止日期 合同起止时间 履行期限 period contractperiod
        serviceperiod validity validityperiod dates termdates
    """,
    "term": """
        年限 时长 月数 年数 天数 服务年限 合同年限 购买时长 购买年限 服务时长 term terms termlength contractterm
        duration length months years termmonths termyears terminmonths terminyears
    """,
    "value": """
        金额 合同金额 合同额 合同总额 合同总金额 合同总价 总金额 总价 价格 年费 服务费 含税金额 合同价款 value
        amount price contractvalue contractamount totalvalue totalamount totalprice annualvalue annualfee acv
        arr tcv fee
    """,
    "currency": """
        币种 货币 币别 结算币种 currency currencycode ccy
    """,
    "seats": """
        席位 席位数 坐席数 用户数 账号数 授权数 授权数量 许可数 许可数量 人数 点数 购买数量 数量 seats seat
        users usercount licenses licences numberofseats numberofusers quantity qty
    """,
    "owner": """
        负责人 客户经理 客户负责人 客户成功经理 销售 销售经理 销售负责人 负责销售 业务员 业务负责人 跟进人 csm
        owner accountmanager accountowner customersuccessmanager salesrep salesowner salesperson
    """,
    "contact_name": """
        联系人 联络人 联系人姓名 联络人姓名 客户联系人 对接人 甲方联系人 contact contactname contactperson
        primarycontact customercontact
    """,
    "contact_email": """
        邮箱 邮件 联系邮箱 电子邮箱 电子邮件 邮箱地址 联系人邮箱 联络人邮箱 email emailaddress contactemail
        contactemailaddress mail
    """,
    "time_zone": """
        时区 客户时区 所在时区 timezone tz zone timezonename
    """,
    "country": """
        国家 国家地区 国家或地区 所在国家 国别 country countryregion countrycode countryorregion
    """,
    STATE: """
        state usstate statecode
    """,
}

LIKELY: tuple[tuple[str, str], ...] = (
    ("contact_email", r"email|邮箱|电邮"),
    ("contact_name", r"联系人$|联络人$|contact(name|person)$"),
    ("number", r"字号$"),
    (
        "number",
        r"(合同|合约|协议|契约|许可|授权|订单|登记|证).*(号|编号|号码)$|(contract|agreement|licen[cs]e|lease|order).*(number|no|id|ref)$",
    ),
    ("ends", r"到期|期满|届满|失效|截止|终止|结束|expir|validuntil|validto|enddate$|endson$"),
    ("starts", r"起始|开始|生效|启用|开通|激活|发证日期?$|核准日期?$|startdate$|effective|commenc"),
    ("starts", r"签订日期?$|签约日期?$|签署日期?$|sign(ed|ature|ing)(on|date|at)?$"),
    ("period", r"期限$|有效期$|效期$|起止|period$"),
    (
        "customer",
        r"客户(?!编号|编码|代码|号|id)|(商|公司|企业|单位|客户|厂|机构|学校|场所).*名称?$|^vendor(name)?$|^supplier(name)?$|^buyer(name)?$",
    ),
    ("product", r"品名$|产品|商品|服务(名称|项目|类型)$|业别$|product"),
    ("value", r"金额|总价|合同额|(amount|value|price|fee)(in[a-z]{3})?$"),
    ("seats", r"席位|用户数|账号数|授权数|seats$|users$|licen[cs]es$"),
    ("owner", r"负责人|客户经理|accountmanager|owner$"),
    ("number", r"(?<!客户)编号$|证号$|^no$|^number$|^id$"),
    (
        "customer",
        r"(?<!合同)(?<!项目)(?<!产品)名称$|(?<!product)(?<!contract)(?<!project)(?<!contact)(?<!owner)(?<!user)(?<!file)name$",
    ),
)

LAST_RESORTS = len(LIKELY) - 2
"""From this rank on a pattern is too general to call two columns rivals."""

_NOT = re.compile(
    r"电话|手机|传真|地址|税号|账号$|身份证|邮编|序号|备注|说明|工厂登记|制造商|电话号|phone|fax|address(?<!emailaddress)$|zip|postal|serial|line(no|number)?$"
    r"|notice|提醒|remark|note|comment|congress|representative|parent"
)
_LIKELY = [(field, re.compile(pattern)) for field, pattern in LIKELY]
_SURE = {word: field for field, words in SURE.items() for word in words.split()}
_BRACKETS = re.compile(r"[((\[【〔].*?[))\]】〕]")


def normal(heading: object) -> str:
    """A heading without what does not tell headings apart."""
    folded = unicodedata.normalize("NFKC", str(heading)).casefold().translate(_SIMPLER)
    return "".join(character for character in folded if character.isalnum())


def without_brackets(heading: object) -> str:
    """A heading without its remarks in brackets, such as 金额(万元)."""
    return _BRACKETS.sub("", unicodedata.normalize("NFKC", str(heading)))


def sure_field(heading: object) -> str:
    """The field that a heading surely names, or an empty string. A field's own name is sure."""
    if heading in FIELDS:
        return str(heading)
    return _SURE.get(normal(heading)) or _SURE.get(normal(without_brackets(heading)), "")


def likely_fields(heading: object) -> list[tuple[int, str]]:
    """The fields that a heading may name, each with its rank: the smaller, the likelier."""
    plain = normal(without_brackets(heading))
    if not plain or _NOT.search(plain) or _SURE.get(plain) or heading in FIELDS:
        return []
    return [(rank, field) for rank, (field, pattern) in enumerate(_LIKELY) if pattern.search(plain)]
