"""The main job, told live: a sandbox GitHub and the real app, two servers on loopback."""
