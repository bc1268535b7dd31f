"""REP: repeated paragraphs, blocks and passages in one document.

Texts are compared folded (views.fold). The first copy in reading order stays, and every repeat names it as its twin.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b

from cleaner.copies import Copy, Tile, alike, copies, is_statute, tiles
from cleaner.model import Grade, Hit, Level, Twin, Why
from cleaner.passages import contained, passages
from cleaner.patterns import lazily
from cleaner.rules.rule import rule
from cleaner.views import paragraphs

# A clause that points at its place (依照前款的规定处罚) belongs to what stands before it, and is right wherever it stands.
_POINTS_AT_ITS_PLACE = lazily(r"前[一两二三四]?[款项条]|本[条款项]|第[一二三四五六七八九十\d]+款|[上前]述|上款")
_ECHO = lazily(
    r"([^\S\r\n]*(?:[（(][一二三四五六七八九十]+[）)]|[一二三四五六七八九十]+、|\d+[.．、])?)([\u4e00-\u9fff]{4,20})[。：:]\2[，,。]"
)
_CLAUSE_END = lazily("[。，；！？,;!?]")
CLAUSE = 80  # Chinese characters: what is longer says something of its own, even where it begins with 上述


@rule(
    "REP501",
    Grade.SAFE,
    good=[
        "各位代表！\n过去一年，全市经济运行稳中有进。\n各位代表！\n新的一年，任务更加艰巨。",
        (
            "2022年全市生产总值增长3.6%，一般公共预算收入增长5.1%，城镇新增就业16.4万人，居民收入稳步提高。\n"
            "2023年全市生产总值增长3.6%，一般公共预算收入增长5.1%，城镇新增就业16.4万人，居民收入稳步提高。"
        ),
        (
            "第一条　有下列情形之一的，不予受理：\n第二条　国家实行登记制度。\n第三条　登记机关依法登记。\n"
            "单位犯前款罪的，对单位判处罚金，并对其直接负责的主管人员和其他直接责任人员，依照前款的规定处罚。\n"
            "第四条　申请人应当如实申请。\n"
            "单位犯前款罪的，对单位判处罚金，并对其直接负责的主管人员和其他直接责任人员，依照前款的规定处罚。"
        ),
    ],
    bad={
        "对此，我们将直面问题不足，尽心竭力改进工作，不负人民信任重托，在高质量发展上走在前列、作出示范，为全国全省大局多作贡献。\n"
        "全面加强金融监管，有效治理恶性拖欠账款等行为。\n"
        "对此，我们将直面问题不足，尽心竭力改进工作,不负人民信任重托，在高质量发展上走在前列、作出示范，为全国全省大局多作贡献。": (
            "对此，我们将直面问题不足，尽心竭力改进工作，不负人民信任重托，在高质量发展上走在前列、作出示范，为全国全省大局多作贡献。\n"
            "全面加强金融监管，有效治理恶性拖欠账款等行为。"
        )
    },
)
def repeated_paragraph(text: str, *, least: int = 25, certain: int = 40) -> Iterator[Hit]:
    """A paragraph stands here once more.

    Equal but for width, marks, spaces and script. Paragraphs of less than `least` Chinese characters repeat rightly
    (各位代表！, headings, forms); up to `certain` the fix is unsafe. Unless they follow at once, so do the heads of tables
    and other lines without a mark, clauses that point at their place (依照前款的规定处罚), and in a text of articles (第…条)
    paragraphs without a number, which may stand under several articles. Told only is what stands alone under a heading,
    a question or a name, which would be left with nothing under it (收费标准：不收费 of each item of a guide).
    """
    for copy in copies(text, least):
        if copy.first == copy.last and copy.alike == 1 and not copy.recut and (copy.at_once or _may_be_a_fault(text, copy)):
            yield _hit(text, copy, Why.of("the paragraph already stands at its twin"), certain)


@rule(
    "REP502",
    Grade.SAFE,
    good=[
        "一、申请材料\n（一）申请书；\n（二）身份证明。\n二、变更材料\n（一）申请书；\n（二）身份证明。",
    ],
    bad={
        "（一）夯实产业根基。做强做优集成电路、生物医药、软件与信息技术服务等产业集群，落地一批重大产业项目。\n"
        "（二）强化企业培育。大力弘扬企业家精神，支持本土企业做大做强，鼓励龙头企业发挥带动作用。\n"
        "（一）夯实产业根基。做强做优集成电路、生物医药、软件与信息技术服务等产业集群，落地一批重大产业项目。\n"
        "（二）强化企业培育。大力弘扬企业家精神，支持本土企业做大做强，鼓励龙头企业发挥带动作用。\n"
        "各位代表！": "（一）夯实产业根基。做强做优集成电路、生物医药、软件与信息技术服务等产业集群，落地一批重大产业项目。\n"
        "（二）强化企业培育。大力弘扬企业家精神，支持本土企业做大做强，鼓励龙头企业发挥带动作用。\n"
        "各位代表！"
    },
)
def repeated_block(text: str, *, least: int = 25, certain: int = 40) -> Iterator[Hit]:
    """Several paragraphs in a row stand here once more, headings and short ones included.

    Or the text of paragraphs stands here once more cut into other lines: split, joined, or both.
    """
    for copy in copies(text, least):
        if copy.recut:
            yield _hit(text, copy, Why.of("the same text already stands at its twin, cut into other lines"), certain)
        elif copy.first != copy.last and copy.alike == 1:
            yield _hit(text, copy, Why.of("{} paragraphs in a row already stand at their twin", copy.last - copy.first + 1), certain)


@rule(
    "REP503",
    Grade.NONE,
    good=[
        (
            "各市、县人民政府，省政府各厅委、各直属机构：为贯彻落实党中央、国务院决策部署，经省人民政府同意，现提出如下意见。\n"
            "各市、县人民政府要加强组织领导，省政府各厅委、各直属机构要各司其职，确保党中央、国务院决策部署落到实处。"
        ),
    ],
    bad={
        "（二）聚力强化创新驱动，加快形成新质生产力。发挥企业主体地位和政府推动服务“两个作用”，以科技创新推动产业创新，引领现代化产业体系建设。\n"
        "制定实施强化企业科技创新主体地位行动方案，支持企业深度融入新一轮科技革命。\n"
        "坚持创新驱动，加快形成新质生产力。发挥企业主体地位和政府推动服务“两个作用”，以科技创新推动产业创新，引领现代化产业体系建设。": None
    },
)
def contained_paragraph(text: str, *, least: int = 30, share: float = 0.85) -> Iterator[Hit]:
    """Nearly all of a paragraph stands in another one.

    At least `share` of its folded characters, in stretches of 12 and more. Told only: which of the two should stay is
    for a person to say.
    """
    every = tiles(text)
    for part, whole, held in contained(text, least, share):
        tile, other = every[part], every[whole]
        yield Hit(
            tile.start, tile.end, None, Why.of("{} % of it stands in its twin", int(100 * held)), twin=Twin(other.start, other.end, held)
        )


@rule(
    "REP504",
    Grade.NONE,
    good=["坚持创新驱动。坚持创新驱动发展战略，加快形成新质生产力。", "（一）坚持党的领导。党的领导是根本保证，必须坚持。"],
    bad={"坚持创新驱动。坚持创新驱动，加快形成新质生产力。": None},
)
def echoed_heading(text: str) -> Iterator[Hit]:
    """A heading is said again, word for word, as the first clause of its text."""
    for paragraph in paragraphs(text):  # a line that holds something begins one
        if m := _ECHO.match(text, paragraph.start):
            yield Hit(m.start(2), m.end(), None, Why.of("“{}” twice", m[2]))


@rule(
    "REP507",
    Grade.SAFE,
    good=[
        (
            "2022年全市生产总值增长3.6%，一般公共预算收入增长5.1%，城镇新增就业16.4万人，居民收入稳步提高。\n"
            "2023年全市生产总值增长3.7%，一般公共预算收入增长5.1%，城镇新增就业16.4万人，居民收入稳步提高。"
        ),
        (
            "市教育局要加强统筹协调，会同有关部门制定年度工作计划，明确责任分工，强化督促检查，确保各项任务落到实处。\n"
            "市民政局要加强统筹协调，会同有关部门制定年度工作计划，明确责任分工，强化督促检查，确保各项任务落到实处。"
        ),
        (
            "第三条　县级以上地方人民政府应当将公共服务设施建设纳入国民经济和社会发展规划，保障必要的资金投入和人员配备。\n"
            "第九条　县级以上地方人民政府应当将公共服务设施建设纳入国民经济和社会发展规划，保障必要的资金投入和人员配备。"
        ),
    ],
    bad={
        "对此，我们将直面问题不足，尽心竭力改进工作，不负人民信任重托，在高质量发展上走在前列、作出示范，为全国全省大局多作贡献。\n"
        "全面加强金融监管，有效治理恶性拖欠账款等行为。\n"
        "对此，我们将直面问题不足，尽心蝎力改进工作，不负人民信任托，在高质量发展上走在前列、作出示范，为全国全省大局多作贡献。": (
            "对此，我们将直面问题不足，尽心竭力改进工作，不负人民信任重托，在高质量发展上走在前列、作出示范，为全国全省大局多作贡献。\n"
            "全面加强金融监管，有效治理恶性拖欠账款等行为。"
        )
    },
)
def nearly_repeated_paragraph(text: str, *, least: int = 25, certain: int = 40) -> Iterator[Hit]:
    """A paragraph, or several in a row, stand here once more with a few characters wrong.

    At most one character in ten differs (or 8 in 10 of their 3-grams are the same), and no fact: a pair that differs in a
    number, a negation or a name is told as template-pair. The first copy stays, whichever of the two is the better one; the
    twin shows the other reading. The fix is safe where the two differ in single characters, as a scan swaps, loses or
    doubles them; unsafe where words were put in, left out or replaced, and in a text of articles. What may rightly stand
    twice stays as it does for repeated-paragraph. In 20 million characters of official text this finds 3 places.
    """
    for copy in copies(text, least):
        if copy.alike < 1 and (copy.first != copy.last or copy.at_once or _may_be_a_fault(text, copy)):
            size, same, readings = copy.last - copy.first + 1, int(100 * copy.alike), _readings(text, copy)
            why = (
                Why.of("{} % alike: {}", same, readings)
                if size == 1
                else Why.of("{} paragraphs in a row, at least {} % alike: {}", size, same, readings)
            )
            yield _hit(text, copy, why, certain)


def _readings(text: str, copy: Copy) -> str:
    """How the first places read that differ, there and here: 应用的整 → 应用勺整."""
    from rapidfuzz.distance import Levenshtein

    every = tiles(text)
    shown: list[str] = []
    more = 0
    for j in range(copy.first, copy.last + 1):
        there, here = every[copy.twin + j - copy.first].folded, every[j].folded
        for op in Levenshtein.opcodes(there, here):
            if op.tag == "equal":
                continue
            if len(shown) == READINGS:
                more += 1
                continue
            before = there[max(0, op.src_start - 2) : op.src_start]
            ends = (op.src_end, op.src_start + 12), (op.dest_end, op.dest_start + 12)
            one, other = there[op.src_start : min(ends[0])], here[op.dest_start : min(ends[1])]
            shown.append(f"{before}{one}{there[op.src_end : op.src_end + 2]} → {before}{other}{here[op.dest_end : op.dest_end + 2]}")
    return ", ".join(shown) + (f", … (+{more})" if more else "")


READINGS = 3  # shown of those in which two copies differ


@rule(
    "REP508",
    Grade.NONE,
    level=Level.NOTE,
    good=["各位代表！\n同志们！", "增长3.6%。\n增长3.7%。"],
    bad={
        "2022年全市生产总值增长3.6%，一般公共预算收入增长5.1%，城镇新增就业16.4万人，居民收入稳步提高。\n"
        "2022年全市生产总值增长3.8%，一般公共预算收入增长5.1%，城镇新增就业16.4万人，居民收入稳步提高。": None
    },
)
def template_pair(text: str, *, least: int = 25) -> Iterator[Hit]:
    """Two paragraphs are alike but for a fact.

    They differ in a number, a date, an article, a negation, or a name, as official prose often does: both stay. Where a
    scan has misread one of the two figures, only the original can tell which.
    """
    if is_statute(text):
        return
    every = tiles(text)
    gone = {n for copy in copies(text, least) for n in range(copy.first, copy.last + 1)}
    told = {frozenset(pair[:2]) for pair in contained(text)}
    for pair in alike(text, least):
        if pair.fact and not {pair.earlier, pair.later} & gone and frozenset(pair[:2]) not in told:
            tile, twin = every[pair.later], every[pair.earlier]
            why = Why.of("{} % alike, but {} here and {} there", int(100 * pair.alike), _shown(pair.fact.right), _shown(pair.fact.left))
            yield Hit(tile.start, tile.end, None, why, twin=Twin(twin.start, twin.end, round(pair.alike, 3)))


def _shown(reading: str) -> str:
    return f"“{reading}”" if reading else "–"


@rule(
    "REP509",
    Grade.UNSAFE,
    good=[
        "第一条　违反规定的，依法给予处分；构成犯罪的，依法追究刑事责任。\n第二条　情节严重的，给予处分；构成犯罪的，依法追究刑事责任。",
        "全市要提高政治站位，强化责任担当。同意。\n各县要加强组织领导，压实工作责任。提高政治站位，强化责任担当。同意。",
        (
            "支持智能交互、智能操作、多机协作等关键技术研发，提升家庭服务机器人的智能化水平。发展三维成像定位、智能精准安全操控、人机协作接口等关键技术，"
            "推动手术机器人在临床医疗中的应用。到2020年，智能服务机器人环境感知、自然交互、自主学习、人机协作等关键技术取得突破，"
            "智能家庭服务机器人实现批量生产及应用。\n加强组织领导，压实工作责任，完善推进机制。\n"
            "支持智能交互、智能操作、多机协作等关键技术研发，提升家庭服务机器人的智能化水平。发展三维成像定位、智能精准安全操控、人机协作接口等关键技术，"
            "推动手术机器人在临床医疗中的应用。到2025年，智能服务机器"
        ),
    ],
    bad={
        "做强做优集成电路、生物医药、软件与信息技术服务等产业集群，落地一批重大产业项目。大力弘扬企业家精神，支持本土企业做大做强，鼓励龙头企业发挥带动作用。"
        "实施科技型企业梯度培育工程，新增高新技术企业。\n"
        "全面加强金融监管，守住风险底线。做强做优集成电路、生物医药、软件与信息技术服务等产业集群，落地一批重大产业项目。"
        "大力弘扬企业家精神，支持本土企业做大做强，鼓励龙头企业发挥带动作用。": (
            "做强做优集成电路、生物医药、软件与信息技术服务等产业集群，落地一批重大产业项目。大力弘扬企业家精神，支持本土企业做大做强，鼓励龙头企业发挥带动作用。"
            "实施科技型企业梯度培育工程，新增高新技术企业。\n"
            "全面加强金融监管，守住风险底线。"
        )
    },
)
def repeated_passage(text: str, *, sentences: int = 2, least: int = 60) -> Iterator[Hit]:
    """Several sentences inside a paragraph already stand in an earlier one.

    At least so many sentences, and Chinese characters, word for word. Not in a text of articles: a statute rightly says
    构成犯罪的，依法追究刑事责任 in every chapter.
    """
    for part in passages(text, least):
        if part.sentences >= sentences and part.han >= least:
            why = Why.of("{} sentences already stand at their twin", part.sentences)
            yield Hit(part.start, part.end, "", why, twin=Twin(*part.twin, 1.0), cut=(part.start, part.stop))


# What opens something of its own, from the widest down: 第三章, 三、 （二） 2. (2), and 问： 乙方： 李某某的判决： 附件2, and the heads of
# Markdown.
_HEADS = (
    r"#+\s|第[一二三四五六七八九十百\d]+",
    r"[一二三四五六七八九十]+[、.．]",
    r"[（(][一二三四五六七八九十]+[）)]",
    r"\d+[.．、)）]",
    r"[（(]\d+[）)]",
    r"[*>-]\s|[问答附]|[^\r\n。；;]{1,40}[:：?？]\s*(?=[\r\n]|$)",
)
_HEAD = lazily(r"\s*(?:" + "|".join(f"({kind})" for kind in _HEADS) + ")")


def _leaves_a_head_alone(text: str, every: tuple[Tile, ...], copy: Copy) -> bool:
    """Is the repeat all that stands under a short head line, between it and the next one that is no part of it (or the
    end)?"""

    def head(n: int) -> int | None:
        tile = every[n]
        found = (
            _HEAD.match(text, tile.start, tile.end)
            if tile.han <= 40 and not text[tile.start : tile.end].rstrip().endswith(("。", "；", ";"))
            else None
        )
        return found and found.lastindex

    above = head(copy.first - 1) if copy.first else None
    below = head(copy.last + 1) if copy.last + 1 < len(every) else 0
    return above is not None and below is not None and below <= above


def _may_be_a_fault(text: str, copy: Copy) -> bool:
    """A lone paragraph that is a sentence, and does not point at what stands before it."""
    tile = tiles(text)[copy.first]
    points = tile.han < CLAUSE and _POINTS_AT_ITS_PLACE.search(text, tile.start, tile.end)
    return bool(_CLAUSE_END.search(text, tile.start, tile.end)) and not points


def _hit(text: str, copy: Copy, why: Why, certain: int) -> Hit:
    every = tiles(text)
    members = every[copy.first : copy.last + 1]
    # what ends the text takes the line end before it along, the rest the one after it
    cut = (every[copy.first - 1].end, members[-1].end) if copy.at_end else (members[0].start, members[-1].stop)
    chinese = sum(tile.han for tile in members)
    grade = Grade.SAFE if copy.sure and (chinese >= certain or (copy.at_once and chinese >= certain // 2)) else Grade.UNSAFE
    if not copy.at_once and _leaves_a_head_alone(text, every, copy):
        grade = Grade.NONE
    twin = Twin(every[copy.twin].start, every[copy.until].end, round(copy.alike, 3))
    return Hit(members[0].start, members[-1].end, "" if grade else None, why, grade, twin=twin, cluster=_cluster(every[copy.twin]), cut=cut)


def _cluster(keeper: Tile) -> str:
    """A name for all that repeats what begins with a paragraph."""
    return "R" + blake2b(keeper.folded.encode("utf-8", "surrogatepass"), digest_size=5).hexdigest()
