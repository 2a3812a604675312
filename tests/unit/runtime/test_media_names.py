"""What pictures are called, where they lie, and which stores are taken."""

from pathlib import Path
from uuid import UUID

import pytest

from services.runtime.media import content_type_of, is_media_id, media_id_of, object_path, open_store

JOB_ID = UUID("018f3c5e-7a11-7c3e-9d1b-2f6a4c8e0b5d")
NAME = media_id_of("0a" * 32, "jpg")


def test_a_picture_lies_under_its_job_and_is_served_as_what_it_is() -> None:
    assert is_media_id(NAME)
    assert object_path(JOB_ID, NAME) == f"{JOB_ID}/{'0a' * 32}.jpg"
    assert content_type_of(NAME) == "image/jpeg"


@pytest.mark.parametrize(
    "text",
    ["", "media:", NAME.removeprefix("media:"), NAME + "\n", NAME + "/x", NAME.upper(), NAME.replace("0a", "..")]
    + [NAME.replace("jpg", kind) for kind in ("svg", "html", "jpeg", "")],
)
def test_no_other_text_leads_into_the_store(text: str) -> None:
    assert not is_media_id(text)
    with pytest.raises(ValueError, match="not the name of a file"):
        object_path(JOB_ID, text)
    with pytest.raises(ValueError, match="not the name of a file"):
        content_type_of(text)


@pytest.mark.parametrize("url", ["", "folder", "memory:///", "http://example.org/x", "nonsense://x"])
def test_what_is_no_store_that_processes_share_is_refused_at_start(url: str) -> None:
    with pytest.raises(ValueError, match="ILGAM_MEDIA_URL"):
        open_store(url)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ValueError, match="ILGAM_MEDIA_URL cannot be opened"):
        open_store((tmp_path / "file" / "folder").as_uri())
