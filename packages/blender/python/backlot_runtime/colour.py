# SPDX-License-Identifier: GPL-3.0-or-later
"""How scene light becomes a picture: the scene's own view transform for float files, nothing more for finished pictures."""

import os

import bpy

FLOAT_EXTENSIONS = ('.exr', '.hdr')


def of_scene(scene):
    view = scene.view_settings
    return {
        'display': scene.display_settings.display_device,
        'transform': view.view_transform,
        'look': view.look,
        'exposure': view.exposure,
        'gamma': view.gamma,
    }


def is_float(path):
    return os.path.splitext(path)[1].lower() in FLOAT_EXTENSIONS


def _set(owner, attribute, value):
    """A name that this Blender's colour configuration lacks is left as it is."""
    try:
        setattr(owner, attribute, value)
    except TypeError:
        pass


def scratch_scene(session, float_source, view):
    """A scene for converting pictures. `view` as from `of_scene`; without one, the open file's, or Blender's default."""
    return prepare(bpy.data.scenes.new('Backlot conversion'), session, float_source, view)


def prepare(scene, session, float_source, view):
    if not float_source:
        scene.view_settings.view_transform = 'Standard'
        scene.view_settings.look = 'None'
        return scene
    if view is None and session.file:
        view = of_scene(bpy.context.scene)
    if view:
        _set(scene.display_settings, 'display_device', view.get('display', 'sRGB'))
        _set(scene.view_settings, 'view_transform', view.get('transform', 'Standard'))
        _set(scene.view_settings, 'look', view.get('look', 'None'))
        scene.view_settings.exposure = view.get('exposure', 0.0)
        scene.view_settings.gamma = view.get('gamma', 1.0)
    return scene
