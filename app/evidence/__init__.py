"""The papers a clerk hands out, and the facts about files that go into them. All verification works offline."""
