"""The web's edge: pages, sessions and pictures for people with a browser. It owns no data; it calls the services' APIs."""
