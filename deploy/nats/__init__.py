"""The event bus: which streams and durables exist, who may use which subject, and the page that lists them."""
