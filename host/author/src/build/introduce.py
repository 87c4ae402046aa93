"""Finds the SDK of the plugin in the current folder, and has it say what the plugin is."""

import sys

if sys.version_info < (3, 11):
    sys.exit(f"error: plugins are made with Python 3.11 or newer, and this is {sys.version.split()[0]}")
import json
import tomllib

with open("pyproject.toml", "rb") as file:
    about = tomllib.load(file)
path = about.get("tool", {}).get("slipway", {}).get("path", [])
sys.path[:0] = [".", *path]
try:
    from slipway.introduction import introduce
except ModuleNotFoundError as missing:
    sys.exit(f"error: {missing}: the SDK is in the folder slipway, or where `path` in [tool.slipway] of pyproject.toml says")
introduce(about.get("project", {}), path)
