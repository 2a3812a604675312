"""Sentences with people, places and dates in them: our own, so where each begins and ends is known."""

from __future__ import annotations

import re

from services.cli.seed.kinds.made import Made, Result, chance

SENTENCES = (
    "{person} 씨가 {date}에 {place}에서 강연을 했다.",
    "{place}에서 열린 장터에 {person} 씨가 손수 만든 그릇을 내놓았다.",
    "{date}부터 {place}까지 새 버스가 다닌다.",
    "{person} 씨와 {person} 씨는 {place}에서 처음 만났다.",
    "이번 대회는 {date}에 {place}에서 시작해 {place}에서 끝난다.",
    "{date}, {person} 씨는 {place}에 작은 책방을 열었다.",
    "{place}에 사는 {person} 씨는 매일 아침 {place}까지 걷는다.",
    "눈이 많이 와서 {date}에는 {place}에 갈 수 없었다.",
    "{person} 씨가 찍은 {place}의 사진이 {date}에 공개된다.",
    "시민 {person} 씨는 {place}에 나무를 더 심자고 말했다.",
    "{place}와 {place} 사이의 길이 {date}에 다시 열렸다.",
    "{date}에 태어난 {person} 씨는 평생 {place}에서 살았다.",
    "배우 {person} 씨는 {place}에서 만난 {person} 씨를 잊지 못한다고 했다.",
    "{place}의 시장은 {date}에 문을 닫는다.",
)
FILLS = {
    "person": (
        "김하나",
        "이도윤",
        "박서연",
        "최민준",
        "정지우",
        "강은서",
        "조현우",
        "윤순자",
        "장미란",
        "임영호",
        "한미경",
        "신동해",
    ),
    "place": (
        "무등산",
        "양동시장",
        "광주역",
        "송정역",
        "충장로",
        "순천만",
        "목포항",
        "담양군",
        "나주시",
        "전주시",
        "여수시",
        "화순군",
    ),
    "date": (
        "6월 9일",
        "지난 3월 1일",
        "다음 주 화요일",
        "2020년 6월 2일",
        "8월 15일",
        "올해 10월",
        "11월 22일",
        "1998년 봄",
    ),
}
_HOLE = re.compile(r"\{(\w+)\}")


def sentence(number: int) -> Made:
    """A sentence and its spans, in the order of the text."""
    rng = chance("entities", number)
    left = {kind: rng.sample(words, len(words)) for kind, words in FILLS.items()}
    text, at = "", 0
    truth: list[Result] = []
    pattern = SENTENCES[number % len(SENTENCES)]
    for hole in _HOLE.finditer(pattern):
        text += pattern[at : hole.start()]
        truth.append(_result(len(truth), hole[1], len(text), left[hole[1]].pop()))
        text += str(truth[-1]["value"]["quote"])
        at = hole.end()
    return Made(f"entities-{number:04}", {"text": text + pattern[at:]}, tuple(truth))


def _result(place: int, label: str, start: int, quote: str) -> Result:
    value = {"start": start, "end": start + len(quote), "quote": quote}
    return {"id": f"t{place + 1}", "control": "names", "type": "span", "label": label, "value": value}
