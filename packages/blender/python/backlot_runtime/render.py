# SPDX-License-Identifier: GPL-3.0-or-later
"""One frame to one file, which gets its name only when it is whole."""

import ctypes
import os
import sys
import time

import bpy

from . import colour, device, failures, lifetime, settings
from .commands import command
from .open_file import check_scripts

_listening = {'session': None, 'frame': None}


@bpy.app.handlers.persistent
def on_stats(*arguments):
    """Blender's status line; its text differs by version and is understood on the other side."""
    text = next((each for each in arguments if isinstance(each, str)), '')
    session = _listening['session']
    if session:
        session.progress(frame=_listening['frame'], stats=text)


def need_graphics_library(engine):
    """EEVEE and Workbench abort the whole process where libEGL is missing: look before."""
    if engine in ('eevee', 'workbench') and sys.platform.startswith('linux'):
        try:
            ctypes.CDLL('libEGL.so.1')
        except OSError:
            raise failures.Failure(
                'blender.library_missing', 'EEVEE and Workbench need the library libEGL.so.1.', library='libEGL.so.1', package='libegl1'
            ) from None


def need_denoiser(scene):
    if settings.engine_name(scene.render.engine) == 'cycles' and scene.cycles.use_denoising:
        if not device.has_denoiser():
            raise failures.Failure(
                'render.denoiser_missing', 'The scene asks for denoising, and this Blender was built without a denoiser.'
            )


def samples_of(scene):
    engine = settings.engine_name(scene.render.engine)
    return {'cycles': lambda: scene.cycles.samples, 'eevee': lambda: scene.eevee.taa_render_samples}.get(engine, lambda: None)()


def prepare(session, params):
    """Scene, settings and device; the same ones as last time cost nothing."""
    wanted = dict(params.get('settings') or {})
    if session.applied != wanted:
        settings.restore(session)
        scene = settings.find_scene(wanted.get('scene'))
        settings.apply(session, scene, wanted)
        session.device = device.use(session, scene, wanted.get('device', 'auto'))
        session.applied = wanted
    return settings.find_scene(wanted.get('scene'))


def frame_name(frame):
    """As Blender numbers frames, so that other programs find the sequence: 0007, -0007, 123456."""
    return '%s%04d' % ('-' if frame < 0 else '', abs(frame))


def size_of(render):
    """(width, height) of the picture as Blender rounds them; None where a border or stereo views make it another one."""
    if render.use_multiview or (render.use_border and render.use_crop_to_border):
        return None, None
    return tuple(side * render.resolution_percentage // 100 for side in (render.resolution_x, render.resolution_y))


@command('render')
def render(session, params):
    """{frame, folder, name?, settings?, tolerateScriptErrors?} → what was rendered, with its path; see `RenderedFrame` in driver.ts"""
    scene = ready_scene(session, params)
    files, seconds = shoot(session, scene, params)
    return describe(session, scene, params['frame'], seconds, files)


def ready_scene(session, params):
    """The scene with the settings of the request, of which this Blender can render everything."""
    if session.file is None:
        raise failures.Failure('render.host_error', 'No file is open.')
    scene = prepare(session, params)
    need_graphics_library(settings.engine_name(scene.render.engine))
    need_denoiser(scene)
    return scene


def shoot(session, scene, params):
    """Renders the scene as it is set up to `folder`/`name`. → (files, seconds of Blender's render call)"""
    frame, folder = params['frame'], params['folder']
    os.makedirs(folder, exist_ok=True)
    partial = lifetime.partial_folder(os.path.join(folder, '.partial-%d' % os.getpid()))
    name = (params.get('name') or frame_name(frame)) + scene.render.file_extension
    before = scene.render.filepath
    _listening.update(session=session, frame=frame)
    bpy.app.handlers.render_stats.append(on_stats)
    started = time.monotonic()
    try:
        scene.frame_set(frame)
        scene.render.filepath = os.path.join(partial, name)
        try:
            bpy.ops.render.render(write_still=True, scene=scene.name)
        except RuntimeError as error:
            raise failures.from_operator(error) from error
        seconds = time.monotonic() - started
        check_scripts(session, params.get('tolerateScriptErrors'))
        written = sorted(os.listdir(partial))
        if not written:
            raise failures.Failure('render.bad_output', 'Blender reported success and wrote no file.')
        for each in written:
            os.replace(os.path.join(partial, each), os.path.join(folder, each))
        return [os.path.join(folder, each) for each in written], seconds
    except ReferenceError as error:  # Blender's data is gone under our hands
        session.file = None
        raise failures.Failure('render.script_error', 'A script of the scene removed the scene while it was rendered.') from error
    finally:
        stop_listening()
        try:
            scene.render.filepath = before
        except ReferenceError:
            pass
        lifetime.drop_partial_folder(partial)


def stop_listening():
    _listening.update(session=None, frame=None)
    if on_stats in bpy.app.handlers.render_stats:  # a script may have cleared it
        bpy.app.handlers.render_stats.remove(on_stats)


def describe(session, scene, frame, seconds, files):
    # More than one with several views (stereo); the first is the left one.
    width, height = size_of(scene.render)
    return {
        'frame': frame,
        'path': files[0],
        'files': files,
        'seconds': seconds,
        'engine': settings.engine_name(scene.render.engine),
        'samples': samples_of(scene),
        'width': width,
        'height': height,
        'format': scene.render.image_settings.file_format,
        'device': session.device,
        'colour': colour.of_scene(scene),
    }
