// Html shown safely: what a company sent was made harmless when it came in, and is built anew here from a few names of
// elements, so that nothing of it can run, load or lead anywhere. The same names as services/labelling/safe_html.py keeps.

const ALLOWED = new Set(
  ("abbr article b blockquote br caption cite code col colgroup dd div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 " +
    "header hr i li main mark ol p pre q rp rt ruby s samp section small span strong sub sup table tbody td tfoot th thead " +
    "tr u ul").split(" "),
);
const ATTRIBUTES = ["lang", "dir"];
const CELL_ATTRIBUTES = ["colspan", "rowspan", "scope"];
// Landmarks and headings belong to the page itself; what is shown in it keeps their look alone.
const PLAIN: Readonly<Record<string, string>> = {
  article: "div", header: "div", footer: "div", main: "div", section: "div", mark: "span", h1: "p", h2: "p", h3: "p", h4: "p", h5: "p", h6: "p",
};
const DROPPED = new Set(["head", "noscript", "script", "style", "template", "textarea", "title", "iframe", "object", "embed", "svg", "math"]);
const BLOCKS = new Set(
  ("address article aside blockquote body caption dd details dialog div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 " +
    "header hgroup hr li main nav ol p pre section summary table tbody td tfoot th thead tr ul").split(" "),
);

/** A piece of the text that stands in one node of the page, and where it begins. */
export interface Leaf {
  readonly node: Text;
  readonly start: number;
}

export interface ReadHtml {
  readonly content: DocumentFragment;
  readonly text: string;
  readonly leaves: readonly Leaf[];
}

/** Html as elements of our own, with its text as services/labelling/html_text.py reads it, and where each piece stands. */
export function readHtml(html: string): ReadHtml {
  // A browser leaves out the line end that a <pre> begins with.
  const parsed = new DOMParser().parseFromString(html.replace(/(<pre\b[^>]*>)\n/gi, "$1\n\n"), "text/html");
  const content = document.createDocumentFragment();
  const leaves: Leaf[] = [];
  let text = "";
  const lineEnd = (): void => {
    if (text !== "" && !text.endsWith("\n")) text += "\n";
  };
  const copy = (from: Node, to: Node): void => {
    for (const child of from.childNodes) {
      if (child instanceof Text) {
        const node = document.createTextNode(child.data);
        leaves.push({ node, start: text.length });
        text += child.data;
        to.appendChild(node);
      } else if (child instanceof Element) element(child, to);
    }
  };
  const element = (child: Element, to: Node): void => {
    const name = child.localName;
    if (DROPPED.has(name)) return;
    if (BLOCKS.has(name)) lineEnd();
    if (name === "br") text += "\n";
    const own = ownElement(child);
    copy(child, own === null ? to : to.appendChild(own));
    if (BLOCKS.has(name)) lineEnd();
  };
  copy(parsed.body, content);
  return { content, text, leaves };
}

/** A new element of an allowed name with the few allowed attributes; null: only what is in it is shown. */
function ownElement(from: Element): HTMLElement | null {
  if (!ALLOWED.has(from.localName)) return null;
  const own = document.createElement(PLAIN[from.localName] ?? from.localName);
  if (/^h[1-6]$/.test(from.localName)) own.className = "html-head";
  const names = from.localName === "td" || from.localName === "th" ? [...ATTRIBUTES, ...CELL_ATTRIBUTES] : ATTRIBUTES;
  for (const name of names) {
    const value = from.getAttribute(name);
    if (value !== null) own.setAttribute(name, value);
  }
  return own;
}
