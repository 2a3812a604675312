"""How pages look and speak to a person."""

import pytest
from ilgam.accounts.v1 import accounts_service_pb2 as pb

from services.sdk import new_request_id
from tests.service.accounts.house import House
from tests.support.identity import worker
from tests.support.refusals import fields_of, refusal


@pytest.fixture
async def session(house: House) -> pb.Session:
    await house.register("kim@example.kr")
    return await house.sign_in("kim@example.kr")


async def test_nothing_is_chosen_at_first_and_pages_speak_korean(house: House, session: pb.Session) -> None:
    account = await house.signed_in(session).GetAccount(pb.GetAccountRequest())
    assert (account.language, account.preferences) == ("ko", pb.Preferences())


async def test_what_is_chosen_is_found_again_on_every_device(house: House, session: pb.Session) -> None:
    chosen = pb.Preferences(language="en", text_size=4, high_contrast=True, single_keys_off=True)
    stub = house.signed_in(session)
    for _ in range(2):
        assert (await stub.SetPreferences(pb.SetPreferencesRequest(preferences=chosen))).preferences == chosen
    elsewhere = await house.signed_in(await house.sign_in("kim@example.kr")).GetAccount(pb.GetAccountRequest())
    assert (elsewhere.language, elsewhere.preferences) == ("en", chosen)


async def test_what_is_left_out_is_not_chosen_any_more(house: House, session: pb.Session) -> None:
    stub = house.signed_in(session)
    for chosen in (pb.Preferences(language="en", text_size=2), pb.Preferences(high_contrast=True)):
        await stub.SetPreferences(pb.SetPreferencesRequest(preferences=chosen))
    account = await stub.GetAccount(pb.GetAccountRequest())
    assert (account.language, account.preferences) == ("ko", pb.Preferences(high_contrast=True))


async def test_wrong_choices_are_refused_by_name(house: House, session: pb.Session) -> None:
    stub = house.signed_in(session)
    wrong = pb.SetPreferencesRequest(preferences=pb.Preferences(language="fr", text_size=6))
    assert fields_of(await refusal(stub.SetPreferences(wrong))) == ["preferences.language", "preferences.text_size"]
    assert fields_of(await refusal(stub.SetPreferences(pb.SetPreferencesRequest()))) == ["preferences"]


async def test_preferences_are_the_callers_own(house: House, session: pb.Session) -> None:
    chosen = pb.SetPreferencesRequest(preferences=pb.Preferences(text_size=5))
    assert (await refusal(house.as_caller(worker()).SetPreferences(chosen))).reason == "NOT_FOUND"
    account = await house.signed_in(session).GetAccount(pb.GetAccountRequest())
    assert account.preferences.text_size == 0


def keys(*choices: tuple[str, str]) -> pb.SetKeysRequest:
    found = [pb.KeyChoice(act=act, chord=chord) for act, chord in choices]
    return pb.SetKeysRequest(request_id=new_request_id(), keys=pb.KeyChoices(choices=found))


async def test_keys_are_found_again_on_every_device_and_changing_the_look_leaves_them(
    house: House, session: pb.Session
) -> None:
    stub = house.signed_in(session)
    assert not (await stub.GetAccount(pb.GetAccountRequest())).HasField("keys")
    await stub.SetKeys(keys(("submit", "KeyX"), ("not-sure", "Quote")))
    await stub.SetPreferences(pb.SetPreferencesRequest(preferences=pb.Preferences(text_size=3)))
    elsewhere = house.signed_in(await house.sign_in("kim@example.kr"))
    found = (await elsewhere.GetAccount(pb.GetAccountRequest())).keys
    assert [(one.act, one.chord) for one in found.choices] == [("not-sure", "Quote"), ("submit", "KeyX")]
    await elsewhere.SetKeys(keys())
    account = await stub.GetAccount(pb.GetAccountRequest())
    assert account.HasField("keys")
    assert not account.keys.choices


async def test_keys_that_are_none_are_refused_by_name(house: House, session: pb.Session) -> None:
    stub = house.signed_in(session)
    garbage = keys(("submit", "Key X"), ("Act!", "KeyX"), ("", "KeyY"), ("box", "K" * 41))
    assert fields_of(await refusal(stub.SetKeys(garbage))) == [
        *("keys.choices[0].chord", "keys.choices[1].act", "keys.choices[2].act", "keys.choices[3].chord")
    ]
    assert fields_of(await refusal(stub.SetKeys(keys(*[(f"a{'b' * n}", "KeyX") for n in range(61)])))) == [
        "keys.choices"
    ]
    twice = keys(("submit", "KeyX"), ("submit", "KeyY"))
    assert fields_of(await refusal(stub.SetKeys(twice))) == ["keys.choices[1].act"]
    assert (await refusal(house.as_caller(worker()).SetKeys(keys()))).reason == "NOT_FOUND"
    assert not (await stub.GetAccount(pb.GetAccountRequest())).HasField("keys")
