# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands: the dependency cases, and Blender's own list of what each refers to."""

import os
import sys

import bpy

from backlot_runtime.commands import command

sys.path.insert(0, os.path.dirname(__file__))
for cases in ('images', 'ways', 'files'):
    __import__(cases)
from parts import ASSETS, CASES, KINDS, empty_file, link  # noqa: E402


def listed():
    """Blender's own list of the open file, without the brushes that come with Blender."""
    paths = bpy.utils.blend_paths(absolute=True, packed=False, local=False)
    return sorted({os.fsdecode(path) for path in paths if path and b'essentials_brushes' not in os.fsencode(path)})


def saved_and_listed(path):
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.open_mainfile(filepath=path)
    return {'file': path, 'paths': listed()}


@command('dependency_cases')
def dependency_cases(session, params):
    """{folder} → {cases: [name], kinds: {name: kind}}. Writes the assets."""
    session.file = None
    empty_file()
    ASSETS.write(params['folder'])
    return {'cases': sorted(CASES), 'kinds': KINDS}


@command('dependency_case')
def dependency_case(session, params):
    """{folder, name} → {local: {file, paths}, linked: {file, paths}}"""
    session.file = None
    path = os.path.join(params['folder'], params['name'] + '.blend')
    empty_file()
    collection, name = CASES[params['name']]()
    local = saved_and_listed(path)
    empty_file()
    second = os.path.join(params['folder'], params['name'] + '.linked.blend')
    bpy.ops.wm.save_as_mainfile(filepath=second)
    link(path, collection, name)
    return {'local': local, 'linked': saved_and_listed(second)}
