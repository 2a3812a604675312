"""Html that wants to do something in another person's browser. `window.hit` tells that it could, or a request for /hit."""

from typing import Final

HOSTILE: Final = (
    "<script>window.hit=1</script>a",
    "<img src=x onerror='window.hit=1'>b",
    "<a href='javascript:window.hit=1'>c</a>",
    "<svg onload='window.hit=1'><script>window.hit=1</script><p>d",
    "<style>@import '/hit.css'; body{display:none}</style>e",
    "<iframe src='/hit' srcdoc='<script>parent.hit=1</script>'></iframe>f",
    "<form action='/hit'><input autofocus onfocus='window.hit=1'><button>g",
    "<meta http-equiv=refresh content='0;url=/hit'><base href='/hit/'>h",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=window.hit=1&gt;'>i",
    "<noscript><p title='</noscript><img src=x onerror=window.hit=1>'>j",
    "<p style='background:url(/hit.png)' onclick='window.hit=1' id=main class=unseen>k</p>",
    "<video src='/hit.mp4' autoplay><source onerror='window.hit=1'></video><object data='/hit'></object><embed src='/hit'>l",
    "<template><img src=x onerror='window.hit=1'></template><link rel=stylesheet href='/hit.css'>m",
)
