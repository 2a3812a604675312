"""Papers: what people print or keep as PDF, made by Typst from templates in this folder."""
