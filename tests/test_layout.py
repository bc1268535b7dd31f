"""What belongs to the page goes, what belongs to the paper stays, and what was cleaned once is clean."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cleaner.edits import apply, choose
from cleaner.language import lexicon
from cleaner.model import Grade
from cleaner.pipeline import PASSES, findings_of
from cleaner.rules import layout, paragraphs
from cleaner.rules.rule import Rule, declared

FURNITURE, BREAK, BLANK, SPACE, META = RULES = tuple(
    declared(sees)
    for sees in (
        layout.page_furniture,
        paragraphs.broken_paragraph,
        layout.surplus_blank_lines,
        layout.trailing_space,
        layout.page_metadata,
    )
)


def cleaned(text: str, rules: Sequence[Rule], grade: Grade = Grade.SAFE) -> str:
    script, _ = choose([finding for rule in rules for finding in findings_of(rule, text, {})], grade)
    return apply(text, script)


# --- every line of furniture, and every near miss ----------------------------------------------------------------

GOES = """
(上接第1版)
（上接第一版）
（下转第3版）
(下转第二版)
（下转Ａ０４版）
▲（紧接第一版）
（上接第1、3版）
【字号：大 中 小】
【字体: 大 中 小】
字号：[ 大 中 小 ]
【浏览字号：大 中 小】
字体大小：大 | 中 | 小
字号：大中小 打印本页 关闭窗口
打印本页
关闭窗口
【打印本页】 【关闭窗口】
[打印] [关闭]
打印 收藏 关闭
下载 打印 全屏 收藏
返回顶部
加入收藏 | 设为首页
扫一扫在手机打开当前页
扫一扫，用手机打开本页面
扫描二维码在手机上查看当前页面
- 3 -
— 12 —
－１２－
· 7 ·
第5页 共18页
-第5页-
共18页，第5页
第5页/共18页
5/18页
Page 5 of 18
您现在的位置：首页 > 政务公开 > 政府工作报告
您所在的位置：首页 » 要闻
当前位置：
当前位置：首页 / 公告
首页 > 政策 > 通知
政务公开 > 政策文件 > 正文
分享到：
分享到：微信 微博 QQ空间
浏览次数：1024
点击数：[1024]
您是第10086位访问者
上一篇：某市召开工作会议
下一篇：没有了
首页 上一页 1 2 3 下一页 尾页
▲（上接第一版）
（相关报道见第2版）
03版：要闻
某某日报 2023年3月6日 星期一 第01版
2023年3月6日 星期一
A03 要闻
= 7 =
P.5
3/18
* 12 *
责任编辑：王某某
（责任编辑：张小明）
责编：李四 校对：王五
【责任编辑：郭桢】
本版编辑：王明 李华
责编：欧阳明
编辑：张三 审核：李四
新华社记者 刘卫兵 摄
浏览量：356
阅读量 1.2万
大 中 小
【大 中 小】
字体放大 字体缩小
首页 政务公开 办事服务 互动交流
首页 | 联系我们 | 网站地图
首页/政务公开/文件
打印
打印 关闭
收藏
↑返回顶部
>>点击进入专题
更多>>
微信扫一扫分享
打开微信扫一扫，分享到朋友圈
分享让更多人看到
热门推荐
请输入关键字
京ICP备05070218号
Copyright © 2024 某市人民政府 All Rights Reserved
版权所有：某市人民政府
国内统一刊号：CN11-0065
邮发代号：1-1
""".strip().split("\n")

STAYS = """
来源：人民日报
信息来源：市政府办公室
发布时间：2024-01-18 09:30
发布日期：2023年3月5日
文号：国办发〔2023〕12号
索引号：000014349/2023-00012
主办单位：某市人民政府办公室
首页
第5页
打印设备采购标准
打印、复印、扫描
政府信息公开
分享发展成果
分享改革红利的制度
首页信息更新要求
当前位置服务标准
位置：某市某区某路1号
浏览次数统计办法
访问人数：1024
字体大小
字号
文字大小：
下一条
下一步工作
上一年度
第五章
第5条
12
-3
2023-2025
版权所有者的权利
企业规模（大、中、小）
一、坚持以人民为中心
各位代表：
2024年1月18日
某市人民政府
关闭小煤矿
收藏单位
（打印）
扫码登记
扫一扫添加微信
您所在的位置：决定疏散路线；
关于ICP备案管理的通知
软件版权所有情况登记
Copyright Law of the People
推荐使用的国产浏览器目录
【微信】
——2024——
网站标识码管理要求
编辑：是指对作品进行加工整理
审核：市发展和改革委员会办公室综合处
第三版
三版
2023年3月6日
要闻
第5版教材
政务公开 政务服务
登录
首页设计
扫码支付
点击数据服务
更多人受益
""".strip().split("\n")
STAYS.remove("第5页")  # on a line of its own it may be a page number
STAYS.remove("下一条")  # on a line of its own it is a link

SENTENCES = [
    "各地区要把这项工作摆上重要议事日程，加强组织领导，落实工作责任。",
    "支持企业加大研发投入，推动科技成果转化。完善配套政策，优化营商环境。",
    "全年地区生产总值增长5.2%，城镇新增就业12.3万人，居民收入稳步提高。",
]


@pytest.mark.parametrize("line", GOES)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\n\n"])
def test_a_line_of_furniture_goes(line: str, end: str) -> None:
    before, after, last = SENTENCES
    text = end.join((before, line, after, last, ""))
    assert cleaned(text, [FURNITURE]) == end.join((before, after, last, ""))


PAGE_OF_TEXT = "各地区要把这项工作摆上重要议事日程，加强组织领导，落实工作责任。\n" * 8
CUT = "各地区要把这项工作摆上重要议事日程，加强组织领导，落实工作责任，完善", "配套政策，优化营商环境。"


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        # What goes: a count that goes on from page to page, and a number in the middle of a sentence
        (f"{PAGE_OF_TEXT}第4页\n{PAGE_OF_TEXT}第5页\n{PAGE_OF_TEXT}", PAGE_OF_TEXT * 3),
        (f"{PAGE_OF_TEXT}{CUT[0]}\n第5页\n{CUT[1]}\n", f"{PAGE_OF_TEXT}{CUT[0]}\n{CUT[1]}\n"),
        (f"{PAGE_OF_TEXT}第5页 共9页\n{PAGE_OF_TEXT}", PAGE_OF_TEXT * 2),
        ("分享到：\n版权所有：某市人民政府\n第5页\n" + PAGE_OF_TEXT, PAGE_OF_TEXT),
        (f"{PAGE_OF_TEXT}第5页\n{PAGE_OF_TEXT}第7页\n{PAGE_OF_TEXT}", PAGE_OF_TEXT * 3),
        # What stays unless asked: a list of pages, numbers of pages that are spoken of, examples in a text about pages
        ("目录\n第一章 总则\n第1页\n第二章 内容\n第3页\n第三章 附则\n第12页\n" + PAGE_OF_TEXT, None),
        ("第一章 总则\n第1页\n第二章 内容\n第2页\n" + PAGE_OF_TEXT, None),
        ("勘误\n" + f"{PAGE_OF_TEXT}第5页\n{PAGE_OF_TEXT}第7页\n{PAGE_OF_TEXT}", None),
        ("位置导航的样式如下：\n首页>政务公开>政策文件\n" + PAGE_OF_TEXT, None),
        ("每个网页应当提供分享按钮。\n分享到：\n" + PAGE_OF_TEXT, None),
        (PAGE_OF_TEXT + "页脚应当标明：\n版权所有：某市人民政府\n", None),
    ],
)
def test_what_may_be_text_about_pages_goes_only_when_asked(text: str, safe: str | None) -> None:
    assert cleaned(text, [FURNITURE], Grade.SAFE) == (text if safe is None else safe)
    assert cleaned(text, [FURNITURE], Grade.UNSAFE) != text


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("# 要求\n\n甲   \n乙    \n\n丙 \n丁", "# 要求\n\n甲   \n乙\n\n丙\n丁"),
        ("见[甲](乙.md)   \n丙", "见[甲](乙.md)   \n丙"),
        ("甲   \n乙", "甲\n乙"),
        ("# 要求\n甲　　\n乙\t\n丙", "# 要求\n甲\n乙\n丙"),
    ],
)
def test_line_breaks_of_markdown_stay(text: str, after: str) -> None:
    assert cleaned(text, [SPACE], Grade.SAFE) == after


@pytest.mark.parametrize("line", STAYS)
def test_a_line_that_may_be_text_stays(line: str) -> None:
    before, after, last = SENTENCES
    text = f"{line}\n{before}\n{line}\n{after}\n{last}\n{line}"
    assert findings_of_furniture(text) == []


def findings_of_furniture(text: str) -> list[str]:
    return [text[f.start : f.end] for f in findings_of(FURNITURE, text, {})]


def test_code_is_left_alone() -> None:
    text = "甲。\n```\n- 3 -\n（上接第1版）甲 \n\n\n\n\n乙\n```\n丙。"
    assert cleaned(text, RULES, Grade.UNSAFE) == text


FOOT = """
版权所有：某市人民政府
某市人民政府办公室 版权所有
版权所有 某市人民政府网站
Copyright © 2023 All Rights Reserved
某ICP备05000001号-1
某公网安备32020002000001号
网站标识码3202000001
建议使用1024×768分辨率浏览
""".strip()


def test_a_notice_of_the_owner_goes_from_the_foot_and_from_amid_running_text() -> None:
    body = "\n".join(SENTENCES * 20)
    assert cleaned(f"{body}\n{FOOT}", [FURNITURE]) == body
    assert cleaned(f"{body}\n{FOOT}\n{body}", [FURNITURE]) == f"{body}\n{body}"
    listed = f"{body}\n名称\n版权所有：某市人民政府\n备注\n{body}"
    assert cleaned(listed, [FURNITURE]) == listed


def test_links_to_other_pages_go_from_the_end_only() -> None:
    body = "\n".join(SENTENCES)
    assert cleaned(f"{body}\n相关报道：\n", [FURNITURE]) == body + "\n"
    assert findings_of_furniture(f"{body}\n相关报道：\n{body}") == []


def test_words_of_a_menu_go_only_from_a_menu() -> None:
    body = "\n".join(SENTENCES * 20)
    menu = "下载\n打印\n收藏\n"
    assert cleaned(menu + body, [FURNITURE]) == body
    assert cleaned(body + "\n" + menu + body, [FURNITURE]) == body + "\n" + body
    spoken = body + "\n打印\n点击打印按钮，可以下载和收藏本表。\n" + body
    assert cleaned(spoken, [FURNITURE]) == spoken
    listed = body + "\n权限\n" + menu + "查阅\n" + body
    assert cleaned(listed, [FURNITURE]) == listed
    assert cleaned(body + "\n" + menu + "打印本页\n" + body, [FURNITURE]) == body + "\n" + body
    assert cleaned("下载\n打印\n" + body, [FURNITURE]) == "下载\n打印\n" + body
    assert cleaned("下载\n- 3 -\n" + body, [FURNITURE]) == "下载\n" + body
    assert cleaned("打印本页\n标准\n正文\n首页\n大\n" + body, [FURNITURE]) == "标准\n正文\n首页\n大\n" + body


@pytest.mark.parametrize(
    ("text", "safe", "unsafe"),
    [
        ("　　(上接第1版)制定落实行动计划。", "　　制定落实行动计划。", "　　制定落实行动计划。"),
        ("制定落实行动计划。 （下转第3版）\n", "制定落实行动计划。\n", "制定落实行动计划。\n"),
        ("制定落实（下转第3版）行动计划。", "制定落实（下转第3版）行动计划。", "制定落实行动计划。"),
        ("标有“（下转第3版）”字样的。", "标有“（下转第3版）”字样的。", "标有“（下转第3版）”字样的。"),
        ("各地要落实（见第3版）。", "各地要落实（见第3版）。", "各地要落实（见第3版）。"),
        ("（一）（上接第一版）抓好落实。", "（一）（上接第一版）抓好落实。", "（一）抓好落实。"),
        ("制定落实行动计划。【打印本页】", "制定落实行动计划。", "制定落实行动计划。"),
        ("\ufeff(上接第1版)抓好落实。\udc80", "\ufeff(上接第1版)抓好落实。\udc80", "\ufeff抓好落实。\udc80"),
    ],
)
def test_a_mark_goes_and_its_paragraph_stays(text: str, safe: str, unsafe: str) -> None:
    assert cleaned(text, [FURNITURE]) == safe
    assert cleaned(text, [FURNITURE], Grade.UNSAFE) == unsafe


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("甲。\n\n- 3 -\n乙。\n", "甲。\n\n乙。\n"),
        ("甲。\n- 3 -\n\n乙。\n", "甲。\n\n乙。\n"),
        ("甲。\r\n- 3 -\r\n乙。", "甲。\r\n乙。"),
        ("- 3 -\n\n甲。\n", "甲。\n"),
        ("甲。\n- 3 -\n", "甲。\n"),
        ("甲。\n- 3 -", "甲。"),
        ("甲。\n\n- 3 -\n- 4 -", "甲。"),
        ("- 3 -", ""),
        ("\n\n- 3 -\n甲。", "\n\n甲。"),
    ],
)
def test_neighbours_of_furniture_stay_apart(text: str, becomes: str) -> None:
    assert cleaned(text, [FURNITURE]) == becomes


# --- broken paragraphs -------------------------------------------------------------------------------------------

FIRST = "市容环境焕然一新。创新推出机动车停车便民服务，一千多个停车场实现先离场后付费，有效盘活全市公共停"
SECOND = "车资源，群众满意度进一步提高。"
OPEN = "市容环境焕然一新。创新推出机动车停车便民服务，一千多个停车场实现先离场后付费，有效盘活公共停车位、道路和"


@pytest.mark.parametrize(
    "seam",
    [
        "\n",
        "\n\n",
        "\r\n",
        "\n　\n",
        "\n- 3 -\n",
        "\n\n打印本页\n\n",
        " \n",
        "\n（上接第一版）",
        "（下转第3版）\n\n（上接第1版）",
        "\n　　",
    ],
)
def test_halves_are_joined_across(seam: str) -> None:
    text = FIRST + seam + SECOND + "\n"
    assert cleaned(text, [BREAK], Grade.UNSAFE) == FIRST + SECOND + "\n"
    assert cleaned(text, RULES, Grade.UNSAFE) == FIRST + SECOND + "\n"
    assert cleaned(text, [BREAK], Grade.SAFE) == text


def test_an_open_half_is_joined() -> None:
    assert cleaned(f"{OPEN}\n\n{SECOND}\n", [BREAK], Grade.UNSAFE) == f"{OPEN}{SECOND}\n"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (FIRST + "车资源。", SECOND),  # an end mark
        ("有效盘活全市公共停", SECOND),  # a short line
        ("# " + OPEN, SECOND),
        ("- " + OPEN, SECOND),
        ("> " + OPEN, SECOND),
        (OPEN.replace("、", "\t"), SECOND),
        (OPEN, "（二）" + SECOND),
        (OPEN, "二、" + SECOND),
        (OPEN, "第二条　" + SECOND),
        (OPEN, "2. " + SECOND),
        (OPEN, "“" + SECOND),
        (OPEN, "各位代表！" + SECOND),
        (OPEN, "2024年1月18日"),
        (OPEN, "二〇二四年一月十八日"),
        (OPEN, "某市人民政府办公室"),
        (OPEN, "附件：" + SECOND),
        (OPEN, "表1 停车场建设情况"),
        ("```\n" + OPEN, SECOND + "\n```"),
        (OPEN, "- 3 -"),
    ],
)
def test_what_is_no_half_is_not_joined(first: str, second: str) -> None:
    text = f"{first}\n\n{second}\n"
    assert cleaned(text, [BREAK], Grade.UNSAFE) == text


def test_a_wrapped_page_is_left_alone() -> None:
    body = "".join(SENTENCES * 8)
    text = "\n".join(body[i : i + 35] for i in range(0, len(body), 35))
    assert list(findings_of(BREAK, text, {})) == []


def test_a_seam_that_says_nothing_is_told_and_joined_only_on_an_orderly_page() -> None:
    first, second = FIRST[:-9] + "有效", "盘活存量资源，群众更加方便。"
    alone = f"{first}\n\n{second}"
    (finding,) = findings_of(BREAK, alone, {})
    assert (finding.edits, finding.grade) == ((), Grade.NONE)
    first = "加强公共停车设施规划，加快老旧小区停车设施改造。" + first
    amid = "\n\n".join((*[sentence * 2 for sentence in SENTENCES * 2], first, second))
    assert first + second in cleaned(amid, [BREAK], Grade.UNSAFE)


def test_the_text_of_a_heading_is_not_told() -> None:
    heading = "建立完善的标准体系。标准体系包括基础共性、赋能支撑两类标准，重点建设赋能支撑标准"
    assert list(findings_of(BREAK, f"{heading}\n赋能支撑标准包括智能装备、数据模型等。", {})) == []


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("甲。\n\n\n\n乙。\n\n丙。\n", "甲。\n\n乙。\n\n丙。\n"),
        ("甲。\r\n\r\n\r\n\r\n乙。\r\n", "甲。\r\n\r\n乙。\r\n"),
        ("甲。\r\r\r\r乙。\r", "甲。\r\r乙。\r"),
        ("\n\n\n\n甲。\n\n\n\n\n", "\n甲。\n\n"),
        ("\n\n甲。\n\n\n乙。\n\n\n", "\n\n甲。\n\n\n乙。\n\n\n"),
        ("一\n\n\n\n甲。\n\n二\n\n\n\n乙。\n\n三\n\n\n\n丙。", "一\n\n\n\n甲。\n\n二\n\n\n\n乙。\n\n三\n\n\n\n丙。"),
        (("甲。" + "\n" * 7) * 4 + "乙。", "甲。\n\n" * 4 + "乙。"),
    ],
)
def test_blank_lines(text: str, becomes: str) -> None:
    assert cleaned(text, [BLANK]) == becomes


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("甲。 　\n乙。\t\r\n丙。\u00a0", "甲。\n乙。\r\n丙。"),
        ("甲。  \n乙。", "甲。  \n乙。"),
        ("甲。  \n\n乙。", "甲。\n\n乙。"),
        ("甲。   \n乙。", "甲。\n乙。"),
        ("  \n乙。", "\n乙。"),
        ("甲。\n  \n乙。", "甲。\n\n乙。"),
        ("甲\u3000乙\n", "甲\u3000乙\n"),
    ],
)
def test_spaces_at_line_ends(text: str, becomes: str) -> None:
    assert cleaned(text, [SPACE]) == becomes


def test_where_a_page_comes_from_is_told_at_its_edges() -> None:
    body = SENTENCES * 20
    lines = ["来源：人民日报", *body[:30], "来源：某某调查", *body[30:], "作者：王某某"]
    text = "\n".join(lines)
    assert [text[f.start : f.end] for f in findings_of(META, text, {})] == ["来源：人民日报", "作者：王某某"]
    assert cleaned(text, RULES, Grade.UNSAFE) == text


# --- properties --------------------------------------------------------------------------------------------------

WHOLE = st.sampled_from([*SENTENCES, *STAYS, "```"])
PARTS = st.sampled_from(
    [
        FIRST,
        SECOND,
        FIRST + SECOND,
        "和",
        "、",
        "《关于加强管理",
        "的通知》印发。",
        "为企业解决用地、用工和",
        "（一）强化支撑。",
        "有效",
    ]
)
PAGE = st.sampled_from([*GOES, *FOOT.split("\n"), "下载", "打印", "收藏", "首页", ">", "大", "中", "小", "【字体：", "】", "相关报道："])
LINE = st.one_of(WHOLE, PARTS, PAGE, st.lists(st.one_of(PARTS, PAGE, st.sampled_from([" ", "　", "  ", "\t"])), max_size=4).map("".join))
GAP = st.sampled_from(["\n", "\n", "\n\n", "\r\n", "\r", " \n", "  \n", "\n　\n", "\n\n\n", "\n\n\n\n", "\n\n\n\n\n"])
TEXT = st.builds(
    lambda parts, last: "".join(line + gap for line, gap in parts) + last,
    st.lists(st.tuples(LINE, GAP), max_size=14),
    st.one_of(st.just(""), LINE),
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
@pytest.mark.parametrize("grade", [Grade.SAFE, Grade.UNSAFE], ids=["safe", "unsafe"])
@given(text=TEXT)
@example(text="各地要落实责任。\n(上接第1版)下载\n")  # 下载 is a line of its own once what stands before it has gone
def test_a_rule_comes_to_rest(rule: Rule, grade: Grade, text: str) -> None:
    for _ in range(PASSES - 1):
        text = cleaned(text, [rule], grade)
    assert cleaned(text, [rule], grade) == text


@pytest.mark.parametrize("grade", [Grade.SAFE, Grade.UNSAFE], ids=["safe", "unsafe"])
@given(text=TEXT)
def test_all_rules_together_come_to_rest(grade: Grade, text: str) -> None:
    for _ in range(4):
        text = cleaned(text, RULES, grade)
    assert cleaned(text, RULES, grade) == text


@given(text=TEXT)
def test_only_furniture_and_space_is_ever_lost(text: str) -> None:
    after = re.sub(r"\s", "", cleaned(text, RULES, Grade.UNSAFE))
    at = 0
    for sentence in re.findall("|".join(map(re.escape, sorted((FIRST, SECOND, *SENTENCES), key=len, reverse=True))), text):
        assert sentence in after[at:]
        at = after.index(sentence, at) + len(sentence)


@given(text=st.text(alphabet="\ufeff\udc80\r\n \u3000甲，。（(上接第1版)【】>`~-𠀀", max_size=60))
def test_nothing_makes_it_choke(text: str) -> None:
    for rule in RULES:
        for finding in findings_of(rule, text, {}):
            assert 0 <= finding.start <= finding.end <= len(text)
            assert text[finding.start : finding.end].strip() or rule in (BLANK, SPACE, BREAK)


# --- the word list -----------------------------------------------------------------------------------------------


def test_labels_are_unique_and_say_why() -> None:
    rows = lexicon.rows("metadata.csv")
    assert all(all(row.values()) for row in rows)
    assert len({row["label"] for row in rows}) == len(rows)


def test_front_matter_and_tables_of_markdown_stay() -> None:
    text = "---\ntitle: 甲\n来源：某报\n责任编辑：王小明\n---\n\n| 打印 | 下载 | 分享 |\n| --- | --- | --- |\n| 收藏 | 关闭 | 全屏 |\n"
    assert cleaned(text, RULES, Grade.UNSAFE) == text
    assert not list(findings_of(META, text, {"move": True}))
