"""Half-width marks, widths, doubled and unpaired marks, spaces: what changes, and what stays."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mending import mended

from cleaner.model import Grade
from cleaner.pipeline import PASSES
from cleaner.rules.gaps import spaced_characters
from cleaner.rules.pairs import straight_quote, unpaired_mark
from cleaner.rules.punctuation import doubled_mark, full_width_alphanumeric, half_width_mark
from cleaner.rules.rule import Sees

SEED = Path(__file__).parent.parent / "seeds" / "wuxi-2024-government-work-report.txt"
RULES = [half_width_mark, full_width_alphanumeric, doubled_mark, unpaired_mark, spaced_characters, straight_quote]


HALF_CHANGES = {
    # one mark fewer than the rows of data below it: to the rule, and to a reader, no head of theirs
    "名称,地区\n甲乙,丙丁,戊\n己,庚,辛\n壬,癸,子\n": "名称，地区\n甲乙,丙丁,戊\n己,庚,辛\n壬,癸,子\n",
    "推动发展,扎实推进": "推动发展，扎实推进",
    "企业预期不稳;新质生产力": "企业预期不稳；新质生产力",
    "以下五个方面工作:": "以下五个方面工作：",
    "衷心感谢和崇高敬意!": "衷心感谢和崇高敬意！",
    "立党为公,还是立党为私?": "立党为公，还是立党为私？",
    "“能否办成”?要看落实": "“能否办成”？要看落实",
    "达41.8%、51.8%,培育": "达41.8%、51.8%，培育",
    "落实“三个导向”,见效": "落实“三个导向”，见效",
    "（试行）,自发布之日起": "（试行），自发布之日起",
    "(试行),自发布之日起": "（试行），自发布之日起",
    "截至2023,全年": "截至2023，全年",
    "引进ICT,无锡中心启动": "引进ICT，无锡中心启动",
    "增长3.6%;\n增长5%;\n完成投资": "增长3.6%；\n增长5%；\n完成投资",
    "项目:2024年": "项目：2024年",
    "网址:http://a.cn/b:c,d": "网址：http://a.cn/b:c,d",
    "**重点**:内容": "**重点**：内容",
    "发展模式, 要坚持": "发展模式，要坚持",
    "（十)加强": "（十）加强",
    "(上接第1版)制定落实": "（上接第1版）制定落实",
    "(1)生产控制标准": "（1）生产控制标准",
    "(a)研发者应评估": "（a）研发者应评估",
    "市(区、县(市))要": "市（区、县（市））要",
    "制造执行系统(MES)、质量管理(QMS)": "制造执行系统（MES）、质量管理（QMS）",
    "二)完善机制": "二）完善机制",
    "达3%,5%,超额完成": "达3%，5%，超额完成",
    '打造"一网通办",全面提速': '打造"一网通办"，全面提速',
    "GDP(国内生产总值)、pH值(酸碱度)、app(应用)": "GDP（国内生产总值）、pH值（酸碱度）、app（应用）",
    "金额(元)=面积(亩)×标准(元/亩),由市(区)发放": "金额(元)=面积(亩)×标准(元/亩)，由市（区）发放",
    "调用print(甲,乙),输出总数": "调用print(甲,乙)，输出总数",
    "价格$100,折合$200,已公布": "价格$100，折合$200，已公布",
}
HALF_STAYS = [
    "(2 ?选择重点试验，取得经验",  # a mark that a scan did not read
    "积极展开革新运动?，写得很好",
    "26.6亿美元、3.6%、1:100、3,000头、10,000元、1,234,567人",
    "会议时间09:30至11:05:30",
    "“15+N”平台、6.0版",
    "ISO 9001,ISO 14001",
    "Think globally, act locally!",
    "本段引用英文：Dear Sir, please note: yes! Is it so?",
    "详见https://www.gov.cn/zhengce/2024-01/content_1.htm?a=1;b=2,c",
    "邮箱a,b@gov.cn",
    "`代码,示例`中",
    "```\n中文,注释;\n```\n",
    "---\ntitle: 政府工作报告\ntags: 报告,政策\n---\n",
    "<a href='x' title='甲,乙'>",
    "<!-- 注释:甲,乙 -->",
    "- [ ] x\n- [x] y",
    "[链接](https://a.cn/(x))",
    "|甲|乙|\n|---|:--|\n",
    "![图](a.png)",
    '{"标题":"甲","乙":[1,2]}',
    "甲,1,2\n乙,3,4\n",
    "f(x)=2(x+1)，Ca(OH)2，H2O(g)、CO2",
    "文件在C:\\数据\\报告(一).txt",
    "a)开展检查\n1)制定方案",
    "联系电话(0510)82345678",
    "IEC/TR 62794:2012 IEC TC65 已发布",
    "目录........1",
    "目录.",
    "卡尔.马克思",
    "真的??是",
    "采用YOLO(v8)算法",
    "信息 (Information Technology Standards Committee)",
    "说明&nbsp;如下",
    "甲::乙",
    "序号,单位名称,事项(项),备注\n1,市教育局,12,无\n2,市科技局,5,无\n",
    "序号,单位名称,事项(项),备注\n1,市教育局,12,受理、审核。\n2,市科技局,5,\n",
    'print("总数:", 数量)',
    "计算f(甲,乙)的值",
    "执行SELECT 姓名,年龄 FROM 表",
    "公式为$x=(甲,乙)$。",
    "匹配(甲|乙)?的行",
    "引用区域(A1:B2)的数据",
    "补贴金额(元)=面积(亩)×标准(元/亩)",
    "补贴金额(元)=面积(亩)×标准（元/亩）",
]


@pytest.mark.parametrize(("text", "right"), HALF_CHANGES.items())
def test_half_width_marks_in_chinese_become_full_width(text: str, right: str) -> None:
    assert mended(half_width_mark, text) == right


@pytest.mark.parametrize("text", HALF_STAYS)
def test_half_width_marks_elsewhere_stay(text: str) -> None:
    assert mended(half_width_mark, text) == text


@pytest.mark.parametrize("text", ["发布时间：2024-01-18 09:30", "文号：国办发〔2023〕12号", "发布日期：2023年3月5日"])
@pytest.mark.parametrize("sees", RULES)
def test_lines_that_say_where_a_page_comes_from_stay(sees: Sees, text: str) -> None:
    assert list(sees(text)) == []


def test_a_full_stop_ends_a_long_sentence() -> None:
    sentence = "各地区各部门要切实加强组织领导，确保各项任务落到实处"
    assert mended(half_width_mark, f"{sentence}.\r\n第一条") == f"{sentence}。\r\n第一条"
    assert mended(half_width_mark, f"{sentence}.doc") == f"{sentence}.doc"
    assert mended(half_width_mark, f"{sentence}...") == f"{sentence}..."


def test_broken_lines_of_a_scan_are_no_rows_of_data() -> None:
    text = "对于这些问题, 不论过去已有检讨或尚未有检讨, 均一律\n重新检讨, 并对自己直属机关部队及各军区, 发出\n必要指示, 并定期完成, 不得\n"
    assert "," not in mended(half_width_mark, text)


def test_nothing_but_width_changes_in_half_width_marks() -> None:
    """No space is put in or taken away beside a figure."""
    raw = SEED.read_text("utf-8")
    assert len(mended(half_width_mark, raw)) == len(raw)


def test_the_seed_keeps_points_percent_and_plus_signs_alone() -> None:
    left = mended(half_width_mark, SEED.read_text("utf-8"))
    assert set(re.findall(r"[!-/:-@\[-`{-~]", left)) == {".", "%", "+"}
    assert not re.search(r"\.(?!\d)|(?<!\d)[.%]|(?<!5|技|业)\+", left)


def test_the_seed_has_307_half_width_marks() -> None:
    raw = SEED.read_text("utf-8")
    marks = [raw[hit.start] for hit in half_width_mark(raw)]
    assert {mark: marks.count(mark) for mark in ",;:!?()"} == {",": 267, ";": 17, ":": 1, "!": 4, "?": 0, "(": 9, ")": 9}


@pytest.mark.parametrize(
    ("text", "right"),
    [("１９９８年３月", "1998年3月"), ("１．５倍", "1.5倍"), ("２０07年", "2007年"), ("Ｐ３实验室", "P3实验室")],
)
def test_full_width_letters_and_figures(text: str, right: str) -> None:
    assert mended(full_width_alphanumeric, text, Grade.UNSAFE) == right
    assert mended(full_width_alphanumeric, text) == text


@pytest.mark.parametrize("text", ["12％", "Ⅲ类", "①", "１".translate({0xFF11: "1"}) + "．目标", "，。（）", "～", "＋"])
def test_other_wide_characters_stay(text: str) -> None:
    assert mended(full_width_alphanumeric, text, Grade.UNSAFE) == text


@pytest.mark.parametrize(
    ("text", "safe", "every"),
    [
        ("甲，，乙", "甲，乙", "甲，乙"),
        ("甲、、、乙", "甲、乙", "甲、乙"),
        ("甲。。", "甲。。", "甲。"),
        ("甲。。。", "甲。。。", "甲。。。"),
        ("甲；。乙", "甲；。乙", "甲；。乙"),
        ("甲……——乙！！丙？？", "甲……——乙！！丙？？", "甲……——乙！！丙？？"),
    ],
)
def test_doubled_marks(text: str, safe: str, every: str) -> None:
    assert mended(doubled_mark, text) == safe
    assert mended(doubled_mark, text, Grade.UNSAFE) == every


@pytest.mark.parametrize(
    ("text", "lone"),
    [
        ("他说：“要落实。", "“"),
        ("要落实）责任", "）"),
        ("《关于印发〈办法的通知》", "〈"),
        ("“甲”“乙", "“"),
        ("（一）甲\n（二乙\n", "（"),
    ],
)
def test_unpaired_marks_are_told(text: str, lone: str) -> None:
    hits = list(unpaired_mark(text))
    assert [text[hit.start : hit.end] for hit in hits] == [lone]
    assert all(hit.new is None for hit in hits)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("坚持“三个导向“，推动发展", "坚持“三个导向”，推动发展"),
        ("坚持”三个导向”，推动发展", "坚持“三个导向”，推动发展"),
        ("“甲”和“乙“", "“甲”和“乙”"),
        ("办法（试行（已印发", "办法（试行）已印发"),
        ("办法》试行》已印发", "办法《试行》已印发"),
        ("坚持“三个导向”。\n三个导向”是指", "坚持“三个导向”。\n“三个导向”是指"),
        ("《工作方案》印发。\n《工作方案印发", "《工作方案》印发。\n《工作方案》印发"),
        # no one way: an odd number, nested brackets, words that stand nowhere else
        ("“六五’时期", "“六五”时期"),
        ("《办法〉已印发", "《办法》已印发"),
        ("“他说‘甲”，又说", "“他说‘甲”，又说"),
        ("程序实施（详见安全导则。另一导则对人员有规定（详见第二章", "程序实施（详见安全导则。另一导则对人员有规定（详见第二章"),
        ("“甲“乙“", "“甲“乙“"),
        ("（甲（乙）", "（甲（乙）"),
        ("《工作方案》印发。\n《实施方案印发", "《工作方案》印发。\n《实施方案印发"),
        ("“第一段。\n“第二段。", "“第一段。\n“第二段。"),
    ],
)
def test_marks_without_a_partner_are_mended_where_there_is_one_way(text: str, right: str) -> None:
    assert mended(unpaired_mark, text) == text
    assert mended(unpaired_mark, text, Grade.UNSAFE) == right


@pytest.mark.parametrize(
    "text",
    [
        "“甲”（乙）《丙〈丁〉》",
        "“第一段。\n　　“第二段。\n　　“第三段。”",
        "修改为：“第一条\n甲。\n乙。”",
        "1）甲；2）乙。一）丙",
        "第三条b）和c）",
        "he’s 6’ tall",
        '以“揭榜"方式',
        "（甲)",
        "`“`",
    ],
)
def test_paired_marks_are_not(text: str) -> None:
    assert list(unpaired_mark(text)) == []


PROSE = "要坚持稳中求进工作总基调，推动经济社会发展，{}，不断增强人民群众的获得感。"


@pytest.mark.parametrize("gap", [" ", "  "])
@pytest.mark.parametrize("clause", ["全面落实各项任务", "保障改善民生福祉"])
def test_spaces_inside_a_sentence_go(clause: str, gap: str) -> None:
    for at in range(1, len(clause)):
        assert mended(spaced_characters, PROSE.format(clause[:at] + gap + clause[at:])) == PROSE.format(clause)


@pytest.mark.parametrize(
    "text",
    [
        "第一章 总　则",
        "目　录",
        "目 录",
        "第一条 为了规范公共数据资源登记，促进合规高效开发利用，根据有关法律，制定本办法。",
        "第一百二十条之六 明知是宣扬恐怖主义的图书而非法持有，情节严重的，处三年以下有期徒刑。",
        "一、指导思想 以习近平新时代中国特色社会主义思想为指导，全面贯彻落实党的二十大精神。",
        "特此公告。 附件：研究堆营运单位核安全报告指南 生态环境部办公厅，抄送各省、自治区。",
        "自2019年3月1日起实施，由中国环境出版集团出版，标准内容可查询。生态环境部 2019年1月1日 印发",
        "全市完成投资 100 亿元，增长 3 %，新建 5G 基站 200 座，全面完成了年初确定的各项目标任务。",
        PROSE.format("弘扬“不忘初心 牢记使命”精神"),
        PROSE.format("批准《环境空气 多氯联苯的测定》标准"),
        PROSE.format("出席的有王 芳、赵 刚、李 明"),
        PROSE.format("统 计 数 据 已核实"),
        PROSE.format("　　各位代表　　请审议"),
        PROSE.format("作报告") + "新华社记者 庞兴雷 摄",
        "姓　名 职　务",
        "张 三\n李 四",
        "2024年1月14日 省长 王某某",
    ],
)
def test_spaces_that_set_off_stay(text: str) -> None:
    assert mended(spaced_characters, text, Grade.UNSAFE) == text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('实施"一企一策"行动', 2),
        ('打造“绿色门槛"制度', 1),
        ('以"甲"、"乙"为主', 4),
        ('屏幕5"的设备', 0),
        ('{"标题": "甲"}', 0),
        ('He said "yes".', 0),
    ],
)
def test_straight_quotes_are_told(text: str, told: int) -> None:
    assert [hit.new for hit in straight_quote(text)] == [None] * told
    hits = list(straight_quote(text, mend=True))
    assert len(hits) == told
    assert all(hit.grade is Grade.UNSAFE for hit in hits)
    assert "".join(hit.new or "" for hit in hits) == ("”" if told == 1 else "“”" * (told // 2))


@pytest.mark.parametrize(
    "text",
    [
        "“山东教育平台”登录账号为：“学校五位数代码Zdly06,02”,初始密码统一为：“Zdly@3700”。",
        "初始密码为Abc123,请及时修改",
    ],
)
def test_marks_round_a_password_stay(text: str) -> None:
    assert mended(half_width_mark, text) == text


def test_passwords_that_are_only_spoken_of_are_prose() -> None:
    assert mended(half_width_mark, "推进商用密码应用,加强密码管理(GB/T 39786)。") == "推进商用密码应用，加强密码管理（GB/T 39786）。"


MARKS = "，。、；：！？（）“”《》,;:!?().\"'`"
REST = [*" \n\r　%-123０９Ａabc人民发展一二", "\ufeff", "\udc80", "𠮷", "&nbsp;", "http://a.b/c", "坚持稳中求进，推动发展。"]
texts = st.lists(st.sampled_from([*MARKS, *REST]), max_size=30).map("".join)


@pytest.mark.parametrize("sees", RULES)
@pytest.mark.parametrize("grade", [Grade.SAFE, Grade.UNSAFE])
def test_a_rule_comes_to_rest(sees: Sees, grade: Grade) -> None:
    @given(texts)
    @settings(max_examples=200, deadline=None)
    def holds(text: str) -> None:
        for _ in range(PASSES - 1):
            text = mended(sees, text, grade)
        assert mended(sees, text, grade) == text

    holds()


@given(texts)
@settings(max_examples=200, deadline=None)
def test_half_width_marks_change_width_and_nothing_else(text: str) -> None:
    narrow = str.maketrans("，；：！？（）。", ",;:!?().")
    assert mended(half_width_mark, text).translate(narrow).replace(" ", "") == text.translate(narrow).replace(" ", "")


@given(texts)
@settings(max_examples=200, deadline=None)
def test_figures_keep_their_neighbours(text: str) -> None:
    """No rule of this family puts a space in, or takes one away that touches a figure."""
    for sees in RULES:
        for hit in sees(text):
            if hit.new is not None and " " in text[hit.start : hit.end]:
                assert not (text[hit.start - 1 : hit.start] + text[hit.end : hit.end + 1]).strip("人民发展一二三，。𠮷")


def brackets(text: str) -> Iterator[str]:
    yield from re.findall(r"[()（）]", text)


@given(st.lists(st.sampled_from("()（）人a1，, "), max_size=14).map("".join))
@settings(max_examples=200, deadline=None)
def test_a_pair_changes_together(text: str) -> None:
    after = mended(half_width_mark, text)
    opened: list[str] = []
    before: list[str] = []
    for new, old in zip(brackets(after), brackets(text), strict=True):
        if new in "(（":
            opened.append(new)
            before.append(old)
        elif opened:
            one, was = opened.pop(), before.pop()
            if (was == "(") == (old == ")"):
                assert (one == "(") == (new == ")")
