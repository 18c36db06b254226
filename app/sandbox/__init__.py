"""A GitHub to try the app on, without GitHub: `state` is the world, `wire` its JSON, `server` its routes."""
