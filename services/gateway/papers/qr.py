"""QR codes as pictures that go into a page or a paper."""

from __future__ import annotations

import io

import segno
from markupsafe import Markup

_QUIET_ZONE = 4


def qr_svg(address: str) -> Markup:
    """A QR code of an address for a page: black on white with its quiet zone, in whatever colours the page is."""
    return Markup(_svg(address, namespace=False))  # noqa: S704 - segno writes numbers alone


def qr_picture(address: str) -> str:
    """The same as an SVG file."""
    return _svg(address, namespace=True)


def _svg(address: str, *, namespace: bool) -> str:
    written = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        written,
        kind="svg",
        xmldecl=False,
        svgns=namespace,
        border=_QUIET_ZONE,
        dark="#000",
        light="#fff",
        omitsize=True,
        svgclass=None,
        lineclass=None,
        nl=False,
    )
    return written.getvalue().decode()
