# SPDX-License-Identifier: GPL-3.0-or-later
"""What the Blender Asset Tracer lists: .blend files as arguments → {file: [[path, [existing files]]]} as JSON, null where it fails."""

import json
import os
import pathlib
import sys

from blender_asset_tracer import trace


def listed(path):
    usages = trace.deps(pathlib.Path(path))
    return [[os.path.normpath(str(usage.abspath)), sorted(str(file) for file in usage.files() if file.is_file())]
            for usage in usages]


found = {}
for path in sys.argv[1:]:
    try:
        found[path] = listed(path)
    except Exception as error:
        print(path, repr(error), file=sys.stderr)
        found[path] = None
json.dump(found, sys.stdout)
