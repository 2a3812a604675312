"""Short notices, of which one line says when and where: it is written in one form, so the right line is known."""

from __future__ import annotations

from services.cli.seed.kinds.made import Made, chance

EVENTS = (
    "무료 건강 검진",
    "나눔 장터",
    "스마트폰 배움터",
    "동네 음악회",
    "책 나눔 행사",
    "김장 나누기",
    "어르신 체조 교실",
    "자전거 안전 교육",
)
PLACES = (
    "구청 대강당",
    "양동시장 앞",
    "시립도서관 2층",
    "중앙공원 광장",
    "주민센터 1층",
    "문화회관 소극장",
    "체육관 앞마당",
)
HOSTS = ("주민자치회", "보건소", "도서관", "평생학습관", "상인회")
MORE = (
    "준비물은 없습니다.",
    "비가 오면 실내에서 합니다.",
    "누구나 올 수 있습니다.",
    "주차장이 좁으니 버스를 이용해 주세요.",
    "먼저 오신 분부터 안내합니다.",
)
NOON = 12
WEEKDAYS = "월화수목금토일"


def notice(number: int) -> Made:
    """A notice as html, and its line, such as "5월 3일 3시, 문화회관 소극장"."""
    rng = chance("notices", number)
    month, day, hour = rng.randint(1, 12), rng.randint(1, 28), rng.randint(9, 18)
    event, place, host, more = (rng.choice(words) for words in (EVENTS, PLACES, HOSTS, MORE))
    half = "오전" if hour < NOON else "오후"
    shown = hour if hour <= NOON else hour - NOON
    when = f"{month}월 {day}일({rng.choice(WEEKDAYS)}) {half} {shown}시"
    told = f"<h2>{event} 안내</h2><p>{host}에서 여는 행사입니다.</p>"
    html = f"{told}<ul><li>언제: {when}</li><li>어디서: {place}</li></ul><p>{more}</p>"
    line = {"control": "line", "type": "text", "value": {"text": f"{month}월 {day}일 {shown}시, {place}"}}
    return Made(f"notices-{number:04}", {"notice": html}, (line,))
