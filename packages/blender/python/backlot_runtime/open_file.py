# SPDX-License-Identifier: GPL-3.0-or-later
"""Loading a .blend, and saying what is in it."""

import os
import time

import bpy

from . import early_images, failures, settings, thumbnails
from .commands import command


LONGEST_PATH = 1023  # bytes; one more, and Blender "cannot read" the file


def check_scripts(session, tolerate):
    """Fails when a script of the scene failed since the request began, unless told to go on."""
    errors = session.take_errors()
    if errors and not tolerate:
        last_line = errors[0].rstrip().splitlines()[-1]
        code = failures.meaning_of_script(last_line)
        raise failures.Failure(code, 'A Python script in the scene failed: %s' % last_line, tracebacks=errors)
    for error in errors:
        session.warn('A script in the scene failed: %s' % error.rstrip().splitlines()[-1])


def describe_scene(scene):
    render = scene.render
    return {
        'name': scene.name,
        'frameStart': scene.frame_start,
        'frameEnd': scene.frame_end,
        'frameStep': scene.frame_step,
        'fps': render.fps / render.fps_base,
        'engine': settings.engine_name(render.engine),
        'width': render.resolution_x,
        'height': render.resolution_y,
        'percentage': render.resolution_percentage,
        'camera': scene.camera.name if scene.camera else None,
        'format': render.image_settings.file_format,
    }


@command('open')
def open_file(session, params):
    """{file, allowScripts, tolerateScriptErrors} → {file, fileVersion, scene, scenes, scriptsBlocked, seconds}"""
    path = params['file']
    if not os.path.isfile(path):
        raise failures.Failure('render.missing_asset', 'The file %s does not exist on this machine.' % path, path=path)
    length = len(os.fsencode(path))
    if length > LONGEST_PATH:
        raise failures.Failure(
            'render.path_too_long', 'The path of the scene has %d bytes on this worker; Blender reads %d.' % (length, LONGEST_PATH), path=path
        )
    started = time.monotonic()
    settings.forget(session)
    session.file = session.darkroom = None
    try:
        bpy.ops.wm.open_mainfile(filepath=path, load_ui=False, use_scripts=bool(params.get('allowScripts')))
    except RuntimeError as error:
        raise failures.from_operator(error, 'blend.corrupt') from error
    early_images.read_again()
    check_scripts(session, params.get('tolerateScriptErrors'))
    blocked = bpy.app.autoexec_fail_message if bpy.app.autoexec_fail else None
    if blocked:
        session.warn('A script in the scene was not run: %s' % blocked)
    session.file = path
    opened = describe(session, path, blocked, started)
    session.darkroom = thumbnails.Darkroom()
    return opened


def describe(session, path, blocked, started):
    return {
        'file': path,
        'fileVersion': bpy.data.version[0] * 100 + bpy.data.version[1],
        'scene': bpy.context.scene.name,
        'scenes': [describe_scene(scene) for scene in bpy.data.scenes],
        'scriptsBlocked': bool(blocked),
        'seconds': time.monotonic() - started,
    }
