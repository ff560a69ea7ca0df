# SPDX-License-Identifier: GPL-3.0-or-later
"""Render settings that a job changes in a scene, and taking them back, so that a warm Blender can serve the next job."""

import bpy

from .failures import Failure

ENGINES = {
    'cycles': ('CYCLES',),
    'eevee': ('BLENDER_EEVEE_NEXT', 'BLENDER_EEVEE'),  # 4.2 to 4.5 have both names at times; the new engine wins
    'workbench': ('BLENDER_WORKBENCH',),
}
IMAGE_FORMATS = ('PNG', 'JPEG', 'TIFF', 'WEBP', 'OPEN_EXR', 'OPEN_EXR_MULTILAYER')
# What stands in for a format that is not delivered: no colour may get lost. Everything else becomes PNG.
STAND_INS = {'HDR': ('OPEN_EXR', '32'), 'DPX': ('PNG', '16'), 'CINEON': ('PNG', '16'), 'JPEG2000': ('PNG', '16')}


def engine_name(identifier):
    """Backlot's name of Blender's engine identifier; an engine of an add-on keeps its own."""
    return next((name for name, ids in ENGINES.items() if identifier in ids), identifier)


def find_scene(name):
    if not name:
        return bpy.context.scene
    scene = bpy.data.scenes.get(name)
    if scene is None:
        known = [each.name for each in bpy.data.scenes]
        raise Failure('render.scene_error', 'The file has no scene "%s"; it has: %s.' % (name, ', '.join(known)), scenes=known)
    return scene


def set_image_format(image_settings, name):
    """Sets a file format; 5.0 wants the kind of media first."""
    if hasattr(image_settings, 'media_type'):
        image_settings.media_type = 'MULTI_LAYER_IMAGE' if name == 'OPEN_EXR_MULTILAYER' else 'IMAGE'
    try:
        image_settings.file_format = name
    except TypeError:
        raise Failure('render.scene_error', 'This Blender can not write %s.' % name, format=name) from None


def change(session, owner, attribute, value):
    """Sets an attribute and remembers what it was."""
    before = getattr(owner, attribute)
    if before != value:
        session.originals.append((owner, attribute, before))
        setattr(owner, attribute, value)


def forget(session):
    """Another file is loaded: what was changed is gone."""
    session.originals = []
    session.applied = None
    session.device = None


def restore(session):
    for owner, attribute, before in reversed(session.originals):
        setattr(owner, attribute, before)
    forget(session)


def set_engine(session, scene, name):
    for identifier in ENGINES.get(name, (name,)):
        try:
            change(session, scene.render, 'engine', identifier)
            return
        except TypeError:
            session.originals.pop()
    raise Failure('render.scene_error', 'This Blender has no engine "%s".' % name, engine=name)


def set_samples(session, scene, samples):
    engine = engine_name(scene.render.engine)
    if engine == 'cycles':
        change(session, scene.cycles, 'samples', samples)
    elif engine == 'eevee':
        change(session, scene.eevee, 'taa_render_samples', samples)
    else:
        session.warn('The engine %s has no number of samples: the setting is not used.' % engine)


def set_format(session, scene, wanted):
    """The wanted format, else the scene's; a scene that writes a movie is rendered to PNG frames."""
    image = scene.render.image_settings
    depth = None
    if not wanted:
        if image.file_format in IMAGE_FORMATS:
            return
        wanted, depth = STAND_INS.get(image.file_format, ('PNG', None))
        session.warn('The scene writes %s; its frames are written as %s.' % (image.file_format, wanted))
    if image.file_format != wanted:
        # Media type and format belong together and are restored in the order they were found in.
        session.originals.append((image, 'color_depth', image.color_depth))
        session.originals.append((image, 'file_format', image.file_format))
        if hasattr(image, 'media_type'):
            session.originals.append((image, 'media_type', image.media_type))
        set_image_format(image, wanted)
        if depth:
            image.color_depth = depth


def apply(session, scene, wanted):
    """`wanted`: engine, format, samples, width, height, percentage, denoise, threads, persistentData; absent stays."""
    render = scene.render
    if wanted.get('engine'):
        set_engine(session, scene, wanted['engine'])
    if wanted.get('samples'):
        set_samples(session, scene, wanted['samples'])
    for key, attribute in (('width', 'resolution_x'), ('height', 'resolution_y'), ('percentage', 'resolution_percentage')):
        if wanted.get(key):
            change(session, render, attribute, wanted[key])
    if wanted.get('denoise') is not None and engine_name(render.engine) == 'cycles':
        change(session, scene.cycles, 'use_denoising', wanted['denoise'])
    if wanted.get('threads'):
        change(session, render, 'threads_mode', 'FIXED')
        change(session, render, 'threads', wanted['threads'])
    change(session, render, 'use_persistent_data', bool(wanted.get('persistentData', True)))
    # The path is given whole for every frame, and nothing is stamped or left out because a file exists.
    change(session, render, 'use_file_extension', True)
    change(session, render, 'use_overwrite', True)
    change(session, render, 'use_placeholder', False)
    set_format(session, scene, wanted.get('format'))
