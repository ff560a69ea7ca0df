# SPDX-License-Identifier: GPL-3.0-or-later
"""Scenes whose files are scattered over a disk, and what a test asks of their packs."""

import hashlib
import os
import sys
import zipfile

import bpy

from backlot_runtime.commands import command

sys.path.insert(0, os.path.dirname(__file__))
from e2e_scenes import material_of, picture, plane, save, stage  # noqa: E402

SCATTERED = {}


def scattered(build):
    SCATTERED[build.__name__] = build
    return build


def link(path, name, relative, **options):
    with bpy.data.libraries.load(path, link=True, relative=relative, **options) as (_, target):
        target.objects = [name]
    linked = [each for each in bpy.data.objects if each.library and each.name == name]
    bpy.context.scene.collection.objects.link(linked[0])


def coloured(path, colour, x=0.0):
    picture(path, colour)
    material, _ = material_of(bpy.data.images.load(path))
    return plane(material, x)


@scattered
def absolute_textures(home, far):
    """Absolute paths, in the project and on another disk."""
    coloured(os.path.join(home, 'textures', 'red.png'), (1, 0, 0, 1), -1)
    coloured(os.path.join(far, 'stock', 'green.png'), (0, 1, 0, 1), 1)


@scattered
def library_far_away(home, far):
    """A library on another disk, linked absolutely, with a texture beside it and one in the project."""
    stage(1)
    inside = os.path.join(home, 'textures', 'blue.png')
    picture(inside, (0, 0, 1, 1))
    material, _ = material_of(bpy.data.images.load(inside))
    prop = coloured(os.path.join(far, 'props', 'tex', 'red.png'), (1, 0, 0, 1), -1)
    prop.name = 'Prop'
    second = plane(material, 1)
    second.parent = prop
    library = os.path.join(far, 'props', 'prop.blend')
    save(library)
    stage(1)
    save(os.path.join(home, 'shots', 'scene.blend'))
    link(library, 'Prop', relative=False)


def packed_from_library(home, far):
    """Data-blocks of a library on another disk inside the scene's own file, with textures beside that library."""
    stage(1)
    # Saved first, so that its textures are relative to it.
    library = os.path.join(far, 'props', 'prop.blend')
    save(library)
    coloured(os.path.join(far, 'props', 'tex', 'red.png'), (1, 0, 0, 1), -1).name = 'Prop'
    bpy.data.images['red.png'].filepath = '//tex/red.png'
    save(library)
    stage(1)
    save(os.path.join(home, 'shots', 'scene.blend'))
    link(library, 'Prop', relative=False, pack=True)
    os.remove(library)


if bpy.app.version >= (5, 0, 0):
    scattered(packed_from_library)


@scattered
def chain_of_libraries(home, far):
    """scene → middle.blend (relative) → far.blend (absolute) → texture."""
    stage(1)
    coloured(os.path.join(far, 'tex', 'green.png'), (0, 1, 0, 1)).name = 'Deep'
    deep = os.path.join(far, 'deep.blend')
    save(deep)
    stage(1)
    parent = bpy.data.objects.new('Middle', None)
    bpy.context.scene.collection.objects.link(parent)
    middle = os.path.join(home, 'lib', 'middle.blend')
    save(middle)
    link(deep, 'Deep', relative=False)
    group = bpy.data.collections.new('Set')
    group.objects.link(bpy.data.objects['Deep'])
    parent.instance_type, parent.instance_collection = 'COLLECTION', group
    bpy.ops.wm.save_mainfile(compress=False)
    stage(1)
    save(os.path.join(home, 'shots', 'scene.blend'))
    link(middle, 'Middle', relative=True)


@scattered
def sequence_and_tiles(home, far):
    """An image sequence and a UDIM set on another disk, by names that other systems can't have."""
    for frame in range(1, 4):
        picture(os.path.join(far, 'seq', 'take:2_%03d.png' % frame), (frame / 3, 0, 0, 1))
    for tile in (1001, 1002):
        picture(os.path.join(far, 'tiles', 'skin.%d.png' % tile), (0, tile - 1001, 1, 1))
    sequence = bpy.data.images.load(os.path.join(far, 'seq', 'take:2_001.png'))
    sequence.source = 'SEQUENCE'
    material, texture = material_of(sequence)
    texture.image_user.frame_duration = 3
    texture.image_user.use_auto_refresh = True
    plane(material, -1)
    tiles = bpy.data.images.load(os.path.join(far, 'tiles', 'skin.1001.png'))
    tiles.source = 'TILED'
    tiles.filepath = os.path.join(far, 'tiles', 'skin.<UDIM>.png')
    material, _ = material_of(tiles)
    plane(material, 1)


@scattered
def names_that_differ_by_case(home, far):
    """Two textures that Windows and macOS would take for one."""
    coloured(os.path.join(home, 'tex', 'Wood.png'), (1, 0, 0, 1), -1)
    coloured(os.path.join(home, 'tex', 'wood.png'), (0, 1, 0, 1), 1)


@command('scattered')
def make_scattered(session, params):
    """{name, home, far} → {file}: home/shots/scene.blend. Without a name → {names}."""
    if 'name' not in params:
        return {'names': sorted(SCATTERED)}
    session.file = None
    stage(3)
    SCATTERED[params['name']](params['home'], params['far'])
    main = os.path.join(params['home'], 'shots', 'scene.blend')
    save(main)
    return {'file': main}


@command('unzipped')
def unzipped(session, params):
    """{zip, folder}: by Python's own reader, which checks every checksum."""
    with zipfile.ZipFile(params['zip']) as archive:
        archive.extractall(params['folder'])
    return {}


@command('pixels')
def pixels(session, params):
    """{file, frame, out} → {sha256, colours}: of the pixels of a render; colours that differ, at most ten."""
    session.file = None
    bpy.ops.wm.open_mainfile(filepath=params['file'])
    scene = bpy.context.scene
    scene.frame_set(params['frame'])
    scene.render.image_settings.file_format = 'PNG'
    scene.render.filepath = params['out']
    bpy.ops.render.render(write_still=True)
    image = bpy.data.images.load(params['out'], check_existing=False)
    values = list(image.pixels)
    colours = sorted({tuple(round(value, 1) for value in values[at:at + 3]) for at in range(0, len(values), 4)})
    return {'sha256': hashlib.sha256(repr(values).encode()).hexdigest(), 'colours': colours[:10]}
