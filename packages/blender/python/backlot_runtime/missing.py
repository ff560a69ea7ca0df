# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that the opened scene refers to and that are not there, by Blender's own list."""

import glob
import os
import re

import bpy

from .commands import command

HOLDERS = ('images', 'libraries', 'sounds', 'fonts', 'movieclips', 'volumes', 'cache_files', 'texts')
# Brushes that come with Blender. 4.5 and later list them, with the path that they had where the file was saved.
OWN_BRUSHES = re.compile(r'[\\/]datafiles[\\/]assets[\\/]brushes[\\/]essentials_brushes[^\\/]*\.blend$')
TILE = re.compile(r'<(UDIM|UVTILE)>|<f>', re.IGNORECASE)


def exists(path):
    if not TILE.search(path):
        return os.path.exists(path)
    return bool(glob.glob(TILE.sub('*', glob.escape(path).replace('[<]', '<'))))


def users_by_path():
    users = {}
    for holder in HOLDERS:
        for block in getattr(bpy.data, holder):
            path = getattr(block, 'filepath', '')
            if path and not getattr(block, 'packed_file', None):
                absolute = os.path.normpath(bpy.path.abspath(path, library=block.library))
                users.setdefault(absolute, []).append('%s "%s"' % (block.bl_rna.name, block.name))
    return users


@command('missing')
def missing(session, params):
    """→ {missing: [{path, users}], checked}. Blender's own brushes are not a dependency."""
    users = users_by_path()
    paths = sorted({os.path.normpath(path) for path in bpy.utils.blend_paths(absolute=True, packed=False, local=False)})
    paths = [path for path in paths if not OWN_BRUSHES.search(path)]
    return {
        'missing': [{'path': path, 'users': users.get(path, [])} for path in paths if not exists(path)],
        'checked': len(paths),
    }
