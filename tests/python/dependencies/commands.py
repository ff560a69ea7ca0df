# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands: the dependency cases, and Blender's own list of what each refers to."""

import glob
import os
import re
import sys

import bpy

from backlot_runtime.commands import command
from backlot_runtime.open_file import open_file

sys.path.insert(0, os.path.dirname(__file__))
for file in sorted(glob.glob(os.path.join(os.path.dirname(__file__), '*.py'))):
    cases = os.path.splitext(os.path.basename(file))[0]
    if cases not in ('commands', 'rewriting'):
        __import__(cases)
from parts import ASSETS, CASES, KINDS, NEEDS, VERSION, empty_file, link  # noqa: E402


def absolute(path, library=None):
    return os.path.normpath(bpy.path.abspath(os.fsdecode(path), library=library))


def is_own(path):
    """Comes with Blender: the library of its brushes, which newer ones link into every file that they save."""
    return 'essentials_brushes' in path


def listed(**options):
    paths = {absolute(path) for path in bpy.utils.blend_paths(absolute=True, **options) if path}
    return sorted(path for path in paths if not is_own(path))


def owner(item):
    """What was packed from a library has one of its own, which is written nowhere else."""
    return getattr(item, 'archive_parent_library', None) or item


def users():
    """[data-block, path]: the newer list, which says whose a path is."""
    if not hasattr(bpy.data, 'file_path_map'):
        return None
    found = bpy.data.file_path_map(include_libraries=False)
    pairs = [(owner(item).name, absolute(path, item.library)) for item, paths in found.items() for path in paths if path]
    return sorted({pair for pair in pairs if not is_own(pair[1])})


def stands_for():
    """What paths stand for that are not one file or one folder: {path: 'frames' or numbers of tiles}."""
    found = {}
    for image in bpy.data.images:
        if image.source == 'TILED':
            found[absolute(image.filepath_raw, image.library)] = sorted(tile.number for tile in image.tiles)
        elif image.source == 'SEQUENCE':
            found[absolute(image.filepath_raw, image.library)] = 'frames'
    sequences = [clip for clip in bpy.data.movieclips if clip.source == 'SEQUENCE']
    # Of these the number has to be directly before the ending, and a cache can have a frame of its own.
    sequences += [each for data in (bpy.data.volumes, bpy.data.cache_files) for each in data
                  if each.is_sequence and not getattr(each, 'override_frame', False)
                  and re.search(r'\d\.\w+$', each.filepath)]
    for each in sequences:
        found[absolute(each.filepath, each.library)] = 'frames'
    return found


def saved_and_listed(path):
    bpy.ops.wm.save_as_mainfile(filepath=path)
    return opened_and_listed(path)


def opened_and_listed(path):
    bpy.ops.wm.open_mainfile(filepath=path)
    return lists_of(path)


def lists_of(path):
    return {
        'file': path,
        'needed': listed(packed=False, local=False),
        'all': listed(packed=True, local=False),
        'own': listed(packed=False, local=True),
        'users': users(),
        'stands_for': stands_for(),
    }


@command('dependency_cases')
def dependency_cases(session, params):
    """{folder} → {cases: [name], kinds: {name: kind}, needs: {name: [asset]}}. Writes the assets."""
    session.file = None
    bpy.ops.wm.read_factory_settings(use_empty=True)
    ASSETS.write(params['folder'])
    return {'cases': sorted(CASES), 'kinds': KINDS, 'needs': NEEDS}


@command('dependency_case')
def dependency_case(session, params):
    """{folder, name} → {local, linked, packed}: of each way the file, and Blender's own lists of what it refers to.

    local: the scene itself; linked: another that links from it; packed (from 5.0): another that has it packed.
    """
    session.file = None
    path = os.path.join(params['folder'], params['name'] + '.blend')
    empty_file()
    # Named before it is filled, so that relative paths can be made.
    bpy.ops.wm.save_as_mainfile(filepath=path)
    collection, name = CASES[params['name']]()
    found = {'local': saved_and_listed(path)}
    for way, options in (('linked', {}), ('packed', {'pack': True})):
        if options and VERSION < (5, 0, 0):
            continue
        empty_file()
        second = os.path.join(params['folder'], '%s.%s.blend' % (params['name'], way))
        bpy.ops.wm.save_as_mainfile(filepath=second)
        link(path, collection, name, **options)
        found[way] = saved_and_listed(second)
    return found


@command('opened')
def opened(session, params):
    """{files} → [lists as of dependency_case, and `read`: what Blender could read: images with their sizes, data-blocks
    of libraries that are not there]. Opened as a worker does."""
    found = []
    for path in params['files']:
        # A fluid's own scripts fail in the modules.
        open_file(session, {'file': path, 'tolerateScriptErrors': True})
        found.append({**lists_of(path), 'read': read()})
    session.file = None
    return found


def read():
    images = [(image.name, list(image.size)) for image in bpy.data.images]
    missing = [item.name for item in bpy.data.user_map() if getattr(item, 'is_missing', False)]
    return sorted(images) + sorted(missing)
