# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands: files to rewrite, and all that a Blender sees in one."""

import os
import sys

import bpy

from backlot_runtime.commands import command

sys.path.insert(0, os.path.dirname(__file__))
import places  # noqa: E402, F401
from parts import CASES, empty_file, link  # noqa: E402

DEEPEST = 8
MOST_ITEMS = 300
# Not what a file holds: numbers of this session, copies made for evaluation.
SKIPPED = {'rna_type', 'bl_rna', 'depsgraph', 'session_uid', 'session_uuid', 'bindcode', 'original', 'preview'}
# What crashes Blender when it is asked for: 4.2 a tool that was never used, all a fluid that was never simulated.
SKIPPED |= {'uv_sculpt', 'density_grid', 'velocity_grid', 'flame_grid', 'color_grid', 'heat_grid', 'temperature_grid'}
SKIPPED_COLLECTIONS = {'window_managers', 'screens', 'workspaces'}


@command('rewrite_case')
def rewrite_case(session, params):
    """{folder, name} → {plain, compressed, linked}: paths of files; the last one links from the first."""
    session.file = None
    folder, name = params['folder'], params['name']
    paths = {kind: os.path.join(folder, '%s.%s.blend' % (name, kind)) for kind in ('plain', 'compressed', 'linked')}
    empty_file()
    # Named before it is filled, so that relative paths can be made.
    bpy.ops.wm.save_as_mainfile(filepath=paths['plain'])
    collection, item = CASES[name]()
    bpy.ops.wm.save_as_mainfile(filepath=paths['plain'], compress=False)
    bpy.ops.wm.save_as_mainfile(filepath=paths['compressed'], compress=True, copy=True)
    empty_file()
    bpy.ops.wm.save_as_mainfile(filepath=paths['linked'])
    link(paths['plain'], collection, item)
    bpy.ops.wm.save_as_mainfile(filepath=paths['linked'], compress=True)
    return paths


@command('snapshot')
def snapshot(session, params):
    """{file, moved: [[from, to]]} → {stored: [path], paths: [absolute path], values: {RNA path: value}}.

    Paths in values are absolute, and those under a `from` are as if they were under its `to`.
    """
    session.file = None
    bpy.ops.wm.open_mainfile(filepath=params['file'])
    taken = Snapshot(params['moved'])
    for prop in bpy.data.bl_rna.properties:
        if prop.type != 'COLLECTION' or prop.identifier in SKIPPED_COLLECTIONS:
            continue
        for item in getattr(bpy.data, prop.identifier):
            taken.library, taken.seen = item.library, set()
            taken.walk(item, '%s[%s]' % (prop.identifier, taken.text(item.name_full)), 0)
    return {
        'stored': sorted(decoded(bpy.utils.blend_paths(absolute=False))),
        'paths': sorted(taken.text(path) for path in decoded(bpy.utils.blend_paths(absolute=True))),
        'values': taken.values,
    }


def decoded(paths):
    return [os.fsdecode(path) for path in paths if path and b'essentials_brushes' not in os.fsencode(path)]


class Snapshot:
    def __init__(self, moved):
        self.moved = moved
        self.values = {}
        self.library = None
        self.seen = set()

    def text(self, value):
        if value.startswith('//'):
            value = bpy.path.abspath(value, library=self.library)
        if value.startswith('/'):
            value = os.path.normpath(value)
        for before, after in self.moved:
            value = value.replace(before, after)
        return value

    def walk(self, owner, path, depth):
        key = (owner.as_pointer(), owner.bl_rna.identifier)
        if depth > DEEPEST or key in self.seen:
            return
        self.seen.add(key)
        for prop in owner.bl_rna.properties:
            if prop.identifier in SKIPPED:
                continue
            try:
                value = getattr(owner, prop.identifier)
            except Exception:  # A property that can't be asked for here, of a socket without a value for instance.
                continue
            self.put(prop, value, '%s.%s' % (path, prop.identifier), depth)
        # Custom properties, and the inputs of node groups.
        if isinstance(owner, (bpy.types.ID, bpy.types.NodesModifier)):
            for name in owner.keys():
                self.values['%s[%s]' % (path, name)] = self.plain(owner[name])

    def put(self, prop, value, path, depth):
        if prop.type == 'COLLECTION':
            self.values[path] = len(value)
            for index, item in enumerate(value):
                if index >= MOST_ITEMS:
                    break
                self.put_struct(item, '%s[%d]' % (path, index), depth)
        elif prop.type == 'POINTER':
            self.put_struct(value, path, depth)
        else:
            self.values[path] = self.plain(value)

    def put_struct(self, value, path, depth):
        if value is None:
            self.values[path] = None
        elif isinstance(value, bpy.types.ID) and not getattr(value, 'is_embedded_data', False):
            self.values[path] = self.text(value.name_full)
        else:
            self.walk(value, path, depth + 1)

    def plain(self, value):
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, (bool, int, float)) or value is None:
            return repr(value)
        if isinstance(value, bytes):
            return self.text(os.fsdecode(value))
        if isinstance(value, bpy.types.ID):
            return self.text(value.name_full)
        try:
            return repr(list(value)[:MOST_ITEMS])
        except TypeError:
            return type(value).__name__
