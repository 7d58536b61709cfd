"""What identifies a person never leaves, and comes back into the reply."""

import json
from collections.abc import Callable

import pytest

from reviewer.llm import Request, Session
from reviewer.llm.redaction import Redactor, unknown_stand_ins
from reviewer.llm.replies import CheckReply
from tests.llm.fault_server import Body, Step, completion, serving

# All made up.
HIDDEN = [
    ("联系人：李明华", "李明华"),
    ("联系人 李明华 电话", "李明华"),
    ("项目负责人:欧阳静", "欧阳静"),
    ("填表人（签字）：王芳", "王芳"),
    ("由张建国同志负责", "张建国"),
    ("慰问陈桂英老人", "陈桂英"),
    ("身份证11010119900307123X", "11010119900307123X"),
    ("证件号 110101 19900307 1234", "110101 19900307 1234"),
    ("１１０１０１１９９００３０７１２３４", "１１０１０１１９９００３０７１２３４"),
    ("老证110101900307123", "110101900307123"),
    ("手机13800138000。", "13800138000"),
    ("电话138 0013 8000", "138 0013 8000"),
    ("138-0013-8000", "138-0013-8000"),
    ("+86 13800138000", "13800138000"),
    ("１３８００１３８０００", "１３８００１３８０００"),
    ("一三八零零一三八零零零", "一三八零零一三八零零零"),
    ("010-62345678转801", "62345678"),
    ("（0551）62345678", "62345678"),
    ("咨询电话：6234567", "6234567"),
    ("热线400-810-1234", "400-810-1234"),
    ("卡号6222021234567890123", "6222021234567890123"),
    ("6222 0212 3456 7890", "6222 0212 3456 7890"),
    ("账号：34050145678900000123", "34050145678900000123"),
    ("zhang.san+a@example.gov.cn", "zhang.san+a@example.gov.cn"),
    ("统一社会信用代码91110000MA01ABCD2X", "91110000MA01ABCD2X"),
    ("护照E12345678", "E12345678"),
    ("微信号：wx_abc123", "wx_abc123"),
    ("车辆皖A12345加油", "皖A12345"),
    ("某某局（盖章）", "某某局"),
    ("盖章：某某县财政局", "某某县财政局"),
]
KEPT = [
    "培训残疾人150人，68.6万元",
    "资金13800138000元",
    "1,234,567.89元",
    "财预〔2015〕88号",
    "2023年12月31日前完成",
    "项目负责人培训覆盖率",
    "联系人制度覆盖100%",
    "项目办公室主任培训人数",
    "优秀教师人数",
    "某某县残疾人联合会",
    "服务热线12345接通率",
    "第20230101号",
    "单价3500.00元×45名",
]


@pytest.mark.parametrize(("text", "secret"), HIDDEN, ids=lambda x: x)
def test_hidden_and_restored(text: str, secret: str) -> None:
    redactor = Redactor()
    hidden = redactor.hide(f"前文，{text}，后文")
    assert secret not in hidden
    assert hidden.startswith("前文，")
    assert redactor.restore(hidden) == f"前文，{text}，后文"


@pytest.mark.parametrize("text", KEPT)
def test_kept(text: str) -> None:
    assert Redactor().hide(text) == text


def test_names_of_the_forms_fields_go_everywhere() -> None:
    redactor = Redactor(private=["赵小虎"], organisations=["某某县残联"])
    hidden = redactor.hide("赵小虎在某某县残联，找赵小虎")
    assert hidden == "〖姓名1〗在〖单位1〗，找〖姓名1〗"
    assert redactor.restore("请〖姓名1〗办，〖姓名9〗不认识") == "请赵小虎办，〖姓名9〗不认识"
    assert unknown_stand_ins("请赵小虎办，〖姓名9〗不认识") == ["〖姓名9〗"]


def test_a_stand_in_printed_by_the_filing_is_no_stand_in() -> None:
    redactor = Redactor()
    hidden = redactor.hide("〖电话1〗与13800138000")
    assert redactor.restore(hidden) == "〖电话1〗与13800138000"
    assert redactor.restore("〖电话1〗") == "13800138000"


def test_a_call_sends_stand_ins_and_gives_back_words(session_for: Callable[..., Session]) -> None:
    def echo(body: Body, number: int) -> Step:
        row = json.loads(body["messages"][1]["content"].split(">>\n")[1].split("\n<<")[0])
        return completion({"name": row["三级指标"], "unit": "人"})

    values = {"row": {"三级指标": "慰问陈桂英老人（13800138000）", "备注": "联系人：李明华"}}
    with serving(echo) as server:
        session = session_for(server, mask_organisations=True)
        reply = session.ask(Request("check", values, private=("陈桂英",), organisations=("慰问",))).reply
    sent = json.dumps(server.bodies, ensure_ascii=False)
    assert not [secret for secret in ("陈桂英", "13800138000", "李明华", "慰问") if secret in sent]
    assert reply == CheckReply(name="慰问陈桂英老人（13800138000）", unit="人")
