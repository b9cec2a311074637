"""Refuses columns that look like residents' identity numbers, phones or names. Only counts of residents are ever kept.

What is found is told by the column's name and the reason, never by a value.
"""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from importing.import_report import Finding
from layers.definition.text import Text

Personal = Literal["identity", "phone", "name"]

_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])  # GB 11643-1999, ISO 7064 mod 11-2
_CHECKS = "10X98765432"
_PROVINCES = frozenset(
    map(str, (*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82, 83))
)
_EIGHTEEN = re.compile(r"(?<![0-9A-Za-z])\d{17}[\dXx](?![0-9A-Za-z])")
_FIFTEEN = re.compile(r"(?<![0-9A-Za-z])\d{15}(?![0-9A-Za-z])")
_MOBILE = r"(^|[^0-9A-Za-z.])(\+?86[- ]?)?1[3-9]\d([- ]?)\d{4}([- ]?)\d{4}($|[^0-9A-Za-z.])"

_IDENTITY_HEAD = re.compile(r"身份证|公民身份|证件号|证件编号|idcard|idno|idnumber|identity|citizenid")
_PHONE_HEAD = re.compile(r"电话|手机|联系方式|号码|phone|mobile|tel|cell(phone|number)|contact")
_NAME_HEAD = re.compile(
    r"姓名|联系人|负责人|户主|报警人|当事人|法人|法定代表人|业主|居民|受害人|被害人|嫌疑人|违法人|房东|租客|承租人|房主|监护人|家长|学生|本人|经营者|店主|老板"
    r"|fullname|person|contact|owner|householder|victim|suspect|caller|resident|tenant|landlord|guardian"
)
_STAFF_HEAD = re.compile(r"民警|辅警|警员|警长|网格员|所长|officer|auxiliary|gridworker|staff")

_COMPOUND = frozenset(re.findall("..", "欧阳上官司马诸葛皇甫尉迟公孙慕容令狐司徒夏侯东方端木长孙宇文独孤南宫西门申屠轩辕"))
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史"
    "陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛"
    "靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝"
    "彭向田覃瞿贾龚"
)
_PLACE_ENDS = frozenset(
    "村社区坪溪山河湾寨坡沟庄屯镇乡街路巷桥店厂校院园湖塘岭冲垭坝坎洞岩库井口头家铺场市县州城关门楼台堡营墩集庙寺观府弄里组队站所室馆行部司局处班中学宫塔坟垄冈岗洲滩潭港渡田地湖心上下前后东西南北边段线道"
)
_LOOKED_AT = 5_000  # different values of a column that are compared with names; more would not change the share
_HAN_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}(·[\u4e00-\u9fff]{1,8})?")
_MASKED = re.compile(r"[\u4e00-\u9fff][*＊某xX×○〇]{1,2}[\u4e00-\u9fff]?")


@dataclass(frozen=True)
class PersonalColumn:
    """A column that looks like personal data, with how many of its values do."""

    column: str
    looks_like: Personal
    count: int
    reason: Text


def personal_columns(columns: pd.DataFrame, staff_columns: Collection[str] = ()) -> tuple[PersonalColumn, ...]:
    """The columns of a file or chunk that look like personal data of residents, in the file's order.

    Identity numbers: 18 digits with a right date and checksum (GB 11643-1999), in at least one value in a thousand; 15
    digits with a right date, unless the dates repeat as codes do. Phones: 11 digits beginning 13 to 19, in three of ten
    values, or in any under a header that says so. Names: two to four characters beginning with a surname and not ending
    as places do, in three of ten values under a header that says so, in eight of ten under any other.
    staff_columns: columns that hold the station's own staff; names are allowed there, numbers and phones are not.
    """
    found = (_looked_at(str(name), columns.iloc[:, place], str(name) in staff_columns) for place, name in enumerate(columns.columns))
    return tuple(each for each in found if each is not None)


def personal_findings(columns: pd.DataFrame, staff_columns: Collection[str] = (), of_staff: bool = False) -> dict[str, Finding]:
    """By column, an error for each of `personal_columns`; names of staff in a column that no field takes are only noted.

    of_staff: the table is about the station's own people, whose phones and identity numbers are not kept either.
    """
    return {each.column: _finding(each, of_staff) for each in personal_columns(columns, staff_columns)}


def is_identity_number(word: str) -> bool:
    """Is it an 18-digit identity number with province, date of birth and checksum right? Source: GB 11643-1999."""
    if not re.fullmatch(r"\d{17}[\dXx]", word) or word[:2] not in _PROVINCES or not _is_date(word[6:14]):
        return False
    digits = np.array([int(c) for c in word[:17]])
    return _CHECKS[int(digits @ _WEIGHTS) % 11] == word[17].upper()


def looks_like_name(word: str) -> bool:
    """Does it look like a Chinese personal name: a surname, one or two more characters, no ending of a place; or a masked name?"""
    word = unicodedata.normalize("NFKC", word).strip()
    if _MASKED.fullmatch(word):
        return word[0] in _SURNAMES
    if not _HAN_NAME.fullmatch(word) or word[-1] in _PLACE_ENDS:
        return False
    return (word[:2] in _COMPOUND and len(word) >= 3) or (word[0] in _SURNAMES and len(word) <= 3)


def _looked_at(name: str, values: Any, staff: bool) -> PersonalColumn | None:
    text = _as_text(values)
    filled = len(text) - text.null_count
    if not filled:
        return None
    head = re.sub(r"[\s_\-.]", "", unicodedata.normalize("NFKC", name).casefold())
    numbers = _identity(text, head, filled)
    if numbers:
        return PersonalColumn(
            name,
            "identity",
            numbers,
            Text("像居民身份证号（位数、日期、校验码）", "it looks like identity numbers (length, date, checksum)"),
        )
    phones = pc.sum(pc.match_substring_regex(text, _MOBILE)).as_py() or 0
    if phones >= (1 if _PHONE_HEAD.search(head) else max(1, 0.3 * filled)):
        return PersonalColumn(
            name, "phone", phones, Text("像手机号（1 开头的 11 位数字）", "it looks like mobile phones (11 digits beginning with 1)")
        )
    embedded = pc.sum(pc.and_(pc.match_substring_regex(text, _MOBILE), pc.greater(pc.utf8_length(text), 20))).as_py() or 0
    if embedded > 0.01 * filled:
        return PersonalColumn(name, "phone", embedded, Text("文字中含有手机号", "it has mobile phones within its text"))
    return None if staff else _names(name, head, text)


def _as_text(values: Any) -> Any:
    """The column as an Arrow array of text; numbers without their point."""
    if pd.api.types.is_float_dtype(values.dtype):
        values = values.map(lambda v: None if pd.isna(v) else f"{v:.0f}" if float(v).is_integer() else f"{v}", na_action=None)
    elif not pd.api.types.is_string_dtype(values.dtype) or values.dtype == object:
        values = values.astype(object).map(str, na_action="ignore").where(values.notna(), None)
    return pa.array(values, pa.large_string(), from_pandas=True)


def _identity(text: Any, head: str, filled: int) -> int:
    """How many values hold an identity number, 0 when too few do to be more than chance."""
    likely = text.filter(pc.fill_null(pc.match_substring_regex(text, r"\d{15}"), False))
    if not len(likely):
        return 0
    words = likely.to_pylist()
    full = sum(any(is_identity_number(part) for part in _EIGHTEEN.findall(word)) for word in words)
    if full and full >= 0.001 * filled:
        return full
    said = _IDENTITY_HEAD.search(head) is not None
    old = [part for word in words for part in _FIFTEEN.findall(word) if part[:2] in _PROVINCES and _is_date("19" + part[6:12])]
    births = {part[6:12] for part in old}
    many = len(old) >= 5 and len(births) >= 0.5 * len(set(old)) and len(old) >= 0.9 * filled  # codes share their middle digits
    return len(old) if old and (said or many) else 0


def _names(name: str, head: str, text: Any) -> PersonalColumn | None:
    said, staff = _NAME_HEAD.search(head) is not None, _STAFF_HEAD.search(head) is not None
    lengths = pc.utf8_length(text)
    short = text.filter(pc.fill_null(pc.less_equal(lengths, 14), False))
    counted = pc.value_counts(short)
    values = counted.field("values").to_pylist()
    filled = len(text) - text.null_count
    if not said and not staff and (len(values) < 8 or len(short) < 0.8 * filled):
        return None
    step = max(1, len(values) // _LOOKED_AT)
    likely = [looks_like_name(value) for value in values[::step]]
    rows = step * int(counted.field("counts").to_numpy()[::step][np.array(likely, bool)].sum())
    share = rows / filled if said or staff else sum(likely) / max(1, len(likely))
    if share < (0.3 if said or staff else 0.8):
        return None
    reason = (
        Text("列名和内容都像人名", "its header and its values look like personal names")
        if said or staff
        else Text("内容像人名", "its values look like personal names")
    )
    return PersonalColumn(name, "name", rows, reason)


LEAVE_OUT_STAFF = Text(
    "人员表不收电话和证件号；请选择不导入该列，或从文件中删除该列后再导入。",
    "Tables of staff take no phones and no identity numbers; leave the column out, or delete it from the file and import again.",
)
LEAVE_OUT = Text(
    "系统不保存居民个人信息；请选择不导入该列，或从文件中删除该列后再导入。",
    "No personal data of residents are kept; leave the column out, or delete it from the file and import again.",
)


def _finding(found: PersonalColumn, of_staff: bool) -> Finding:
    head = re.sub(r"[\s_\-.]", "", unicodedata.normalize("NFKC", found.column).casefold())
    staff = found.looks_like == "name" and _STAFF_HEAD.search(head) is not None
    what = Text("“{column}”列不能导入：{reason}（{n} 行）。", "The column {column} can't be imported: {reason} ({n} rows).").fill(
        column=found.column, reason=found.reason, n=f"{found.count:,}"
    )
    if staff:
        what = Text("“{column}”列是本所人员姓名，不导入。", "The column {column} holds names of staff and is not taken.").fill(
            column=found.column
        )
    return Finding(
        step="check",
        severity="note" if staff else "error",
        key="staff_names_left" if staff else f"personal_{found.looks_like}",
        what=what,
        what_next=Text("人员在“人员”表中导入。", "Import staff in the table of staff.")
        if staff
        else (LEAVE_OUT_STAFF if of_staff and found.looks_like != "name" else LEAVE_OUT),
        count=found.count,
    )


def _is_date(digits: str) -> bool:
    """Is YYYYMMDD a day from 1900 to 2030?"""
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:8])
    if not (1900 <= year <= 2030 and 1 <= month <= 12):
        return False
    days = 29 if month == 2 and year % 4 == 0 and year != 1900 else (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]
    return 1 <= day <= days
