"""What can be typed? A module for each command or group of them: it parses, has it done, and shows what came of it."""
