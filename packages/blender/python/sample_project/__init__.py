# SPDX-License-Identifier: GPL-3.0-or-later
"""The sample project: a film studio's backlot in miniature, at dusk.

One scene that touches what a real one does: image textures, a UDIM set, an image sequence (the film on the screen)
and objects linked from a second .blend (camera, lamp posts, spotlight). Everything is drawn here, nothing is shipped.
"""

import os
from math import radians

import bpy

from . import lighting, props, stage, textures

FRAMES = 24
SCENE_FILE = 'backlot.blend'
LIBRARY_FILE = os.path.join('lib', 'props.blend')

# (collection of the library, place, turn about Z in degrees)
INSTANCES = (
    ('Film camera', (1.75, -2.75, 0.0), 14),
    ('Spotlight', (-3.62, -2.2, 0.0), 13),
    ('Street lamp', (-2.35, 0.35, 0.0), 8),
    ('Street lamp', (2.75, 0.55, 0.0), -8),
    ('Street lamp', (-5.9, -1.1, 0.0), 20),
    ('Street lamp', (5.9, -1.1, 0.0), -20),
)


def empty_file():
    bpy.ops.wm.read_factory_settings(use_empty=True)


def save(path):
    """Saves with relative paths, and without a .blend1 beside it."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    bpy.context.preferences.filepaths.save_version = 0
    bpy.ops.wm.save_as_mainfile(filepath=path, compress=False, relative_remap=True)
    bpy.ops.file.make_paths_relative()
    bpy.ops.wm.save_mainfile(compress=False)


def link_props(scene, library):
    with bpy.data.libraries.load(library, link=True) as (found, wanted):
        wanted.collections = sorted(set(name for name, _, _ in INSTANCES) & set(found.collections))
    linked = {collection.name: collection for collection in bpy.data.collections if collection.library}
    for name, location, turn in INSTANCES:
        instance = bpy.data.objects.new(name, None)
        instance.instance_type = 'COLLECTION'
        instance.instance_collection = linked[name]
        instance.location = location
        instance.rotation_euler = (0, 0, radians(turn))
        scene.collection.objects.link(instance)


def create(folder):
    """Writes the project into `folder`. Returns {'file', 'frames', 'files'}: the scene's path, last frame, pictures written."""
    folder = os.path.abspath(folder)
    pictures = textures.paint_all(folder, FRAMES)
    library, scene_file = os.path.join(folder, LIBRARY_FILE), os.path.join(folder, SCENE_FILE)
    empty_file()
    props.build_library(folder)
    save(library)
    empty_file()
    scene = bpy.context.scene
    scene.name = 'Backlot'
    stage.build_stage(scene.collection, folder, FRAMES)
    link_props(scene, library)
    lighting.dusk_world(scene)
    lighting.lights(scene)
    lighting.camera(scene, FRAMES)
    lighting.render_settings(scene, FRAMES)
    scene.frame_set(1)
    save(scene_file)
    return {'file': scene_file, 'frames': FRAMES, 'files': pictures + 2}
