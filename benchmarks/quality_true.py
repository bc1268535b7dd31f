"""Findings in "clean" text that are no false alarms: misprints of the documents as they were published.

Read one by one on 2026-11-25, by the findings of that day. What is a matter of taste or of an older spelling (含意, 挪作它用, 复盖) is
not listed, nor what a table or a list was run together to. A finding that is new is counted as an alarm until it is read.
"""

from __future__ import annotations

NEAR = 8  # characters on either side of a finding

# Each with enough about it to be that place.
MISPRINTS = """
机会和和效力 产口口 制定制定环境 电话电话：（020） 十五日日内 证书上上加盖 主管部门部门颁发 常务委员会会第三次 判结结果 中中华人民共和国
乡镇企业主主要任务 布图设计设计专有权
很大成缚 亨受 墨守陈规 银行货款 接照十年 各们代表 各們代表 清瘀 显着 乎稳 抉贫 自已 全付精力 积级性 走向末来 有价证卷 睦领 茯取 循私舞弊
配戴嘴套 治安管理现定 病源体 禁上伪造 未做规定 行潍 吸姻 累记达 投拆 下例规定 慰籍 釆取 民族物色 违反本条列 剌探 登已机关 投人生产
财政收的增加 邓小平同为核心 常务员会 人民代表会第二次 未照规定 大会常委员会 五万元上 第十二会议 二万元下 第四会议
规定其的他 责令期限改正 行政域区 常务委会员 可也以
中华人民和国治安 山东第十二届 以灌定采措施 恢复原状者承担 人民法院于适用 合法权益护 成人高教育在校 湖北碳排权交易 常务会第十一次
至少1个以上 超过百分之百以上 超过二十株以上 超过1/3以上 超过六十毫米以上 不超过3000米以内 不超过200米以内
甲型HlN1流感 资金25l亿元 5365万吨万吨 二一年四月 二一年十二月 二三年十月 二五年四月
宏现调控 试行股分制 提质争效 事项发生交更 行政区城内
二六年一月 二六年三月 二六年六月 二六年十月 二七年十月 二九年一月
""".split()  # noqa: SIM905


def misprinted(text: str, start: int, end: int) -> bool:
    """Is what a finding points at, text[start:end], one of them?"""
    about = text[max(0, start - NEAR) : end + NEAR]
    return any(place in about for place in MISPRINTS)
