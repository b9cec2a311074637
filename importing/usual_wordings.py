"""Usual other wordings of choices: 电信诈骗 is fraud, 所长 an officer. Each is told, and the person's word wins over it.

Only wordings that mean one choice wherever they are used; 中学 may be a middle or a high school and is asked about.
"""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np

from importing.column import different, plain, text_of
from importing.import_report import Finding
from layers.definition.layer import Field
from layers.definition.text import Text

SHOWN_WORDS = 12
_CASE_END = re.compile(r"(类案件|类警情|案件|警情|事件|类|案)$")

USUAL: dict[tuple[str, str], dict[str, str]] = {
    ("incidents", "category"): {
        "burglary": "入室盗窃 入户盗 入室盗 盗窃住宅 撬门入室",
        "theft": "偷盗 被盗 扒窃 盗窃电动车 电动车被盗 盗窃摩托车 盗窃机动车 盗窃非机动车 盗窃车内财物 盗窃商铺",
        "fraud": "电信诈骗 网络诈骗 电信网络诈骗 电诈 合同诈骗 诈骗财物 被骗",
        "injury": "伤害 故意伤人 伤人 故意伤害他人",
        "fight": "打架 斗殴 打架斗殴 打人 殴打 互殴 聚众斗殴",
        "petty_theft": "小偷小摸 小额盗",
        "gambling": "聚众赌博 涉赌 参赌 开设赌场",
        "disorder": "寻衅滋事 滋事 扰乱公共秩序 扰乱单位秩序 扰序 醉酒滋事",
        "dispute": "矛盾纠纷 邻里纠纷 家庭纠纷 婚姻纠纷 情感纠纷 经济纠纷 债务纠纷 劳资纠纷 劳务纠纷 消费纠纷 民间纠纷 土地纠纷 山林纠纷 "
        "物业纠纷 租赁纠纷 其他纠纷",
        "noise": "噪音 噪声 噪音扰民 噪声污染 社会生活噪声",
        "traffic": "交通 交通事故 道路交通事故 车祸 交通违法 交通拥堵 交通类",
        "help": "求助 救助 群众求救 走失 人员走失 寻人 危难求助",
        "other": "其它 其余 未分类 其他类",
    },
    ("incidents", "source"): {
        "reported": "110 110报警 拨打110 110接警 报警 电话报警 群众电话报警 来电报警 来所报警 上门报警 当面报警 现场报警 网上报警 网络报警 "
        "短信报警 12110 群众举报 举报 群众报案 报案",
        "found": "巡逻发现 巡查发现 巡逻 工作中发现 工作发现 日常工作发现 主动查处 主动查获 民警发现 自行发现 公安机关发现 检查发现",
    },
    ("staff", "kind"): {
        "officer": "所长 副所长 教导员 副教导员 指导员 警长 副警长 警员 社区民警 责任区民警 治安民警 内勤民警 案件民警 在编民警 正式民警 "
        "警务队长",
        "auxiliary": "协警 辅助警察 警务辅助人员 勤务辅警 文职辅警 社区辅警 治安辅警",
        "village_auxiliary": "一村一辅警 一村一警 农村辅警 驻村辅警 村警",
        "grid_worker": "网格长 网格管理员 专职网格员 兼职网格员 综治网格员 社区网格员",
    },
    ("schools", "level"): {
        "nursery": "托儿所 托育机构 学前 学前教育 学前班 幼教",
        "primary": "完小 完全小学 中心小学 教学点 村小",
        "middle": "初级中学",
        "high": "高级中学 普通高中",
        "vocational": "职高 中职 中专 职业高中 职业中学 中等职业学校 技校",
    },
    ("venues", "category"): {
        "hotel": "宾馆 酒店 旅店 民宿 招待所 旅馆业 住宿",
        "entertainment": "ktv 歌舞厅 歌舞娱乐 棋牌室 游戏厅 游艺厅 酒吧 娱乐",
        "internet_cafe": "网咖 上网服务场所 互联网上网服务营业场所",
        "pawn_scrap": "典当 典当行 废旧收购 废品收购 废品收购站 废旧金属收购 再生资源回收",
        "courier": "快递 快递点 快递网点 物流 寄递 寄递业 物流寄递",
        "key_unit": "银行 金融网点 加油站 治安保卫重点单位 内保单位",
    },
    ("shops", "category"): {
        "food": "餐馆 饭店 餐饮店 餐厅 小吃 小吃店 早餐店",
        "retail": "超市 便利店 商店 小卖部 零售店 百货",
        "service": "理发店 美容美发 维修 修理 服务业 生活服务",
        "farm": "农资店 农资经营 种子化肥",
    },
    ("assignments", "role"): {
        "community_officer": "主责 主责民警 责任民警 责任区民警 社区警长",
        "community_auxiliary": "协助辅警 责任辅警",
        "village_auxiliary": "一村一辅警 农村辅警 驻村辅警",
        "vice_principal": "法制副校长",
        "school_safety": "护学 护校 护校岗 护学岗民警",
    },
    ("roads", "road_class"): {
        "national": "国道 省道 高速 高速公路 motorway trunk primary",
        "county": "县道 乡道 村道 secondary tertiary",
        "street": "街 巷 街巷 城市道路 主干道 次干道 支路 residential",
    },
    ("fire_hazards", "state"): {"open": "整改中 正在整改 待整改", "fixed": "已完成 整改完毕 已销案"},
}  # fmt: skip
"""(Kind, field) -> key of the choice -> wordings."""


def usual_wordings(kind: str, field: str) -> dict[str, str]:
    """Wording, as `plain` makes it -> key of the choice."""
    return {plain(word): key for key, words in USUAL.get((kind, field), {}).items() for word in words.split()}


def usual_choice(word: str, known: Mapping[str, str], usual: Mapping[str, str]) -> str | None:
    """The choice that a wording (as `plain` makes it) usually means, also without 案件 or 类警情 at its end; None where none is.

    known: the choices' own wordings, for such an end after one of them (盗窃案).
    """
    if word in usual:
        return usual[word]
    bare = _CASE_END.sub("", word)
    return None if bare == word else known.get(bare, usual.get(bare))


def counted(raw: Any, keys: Any) -> Counter[tuple[str, str]]:
    """(Wording in the file, key of the choice) -> rows, of values (n,) and what they were read as (n,)."""
    where, uniques = different(raw)
    numbers, first, rows = np.unique(where, return_index=True, return_counts=True)
    return Counter({(text_of(uniques[i]), keys[at]): int(n) for i, at, n in zip(numbers, first, rows, strict=True) if i >= 0})


def usual_told(field: Field, words: Counter[tuple[str, str]]) -> Finding:
    """The note of a field's values that were read so; words: (wording in the file, key of the choice) -> rows."""
    most = words.most_common(SHOWN_WORDS)
    more = len(words) - len(most)
    zh = "、".join(f"“{word}”→{field.choices[key].zh} {n:,} 行" for (word, key), n in most) + f"，另有 {more} 种" * bool(more)
    en = ", ".join(f'"{word}" as {field.choices[key].en} in {n:,}' for (word, key), n in most) + f" and {more} more" * bool(more)
    what = Text(
        "{n} 行的“{title}”按通常的含义理解：{values}。如有不对，可改。",
        "In {n} rows {title} was read by its usual meaning: {values}. Change what is wrong.",
    ).fill(n=f"{words.total():,}", title=field.title, values=Text(zh, en))
    return Finding("check", "note", "usual_wording", what, None, words.total())
