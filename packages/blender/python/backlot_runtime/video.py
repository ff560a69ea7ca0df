# SPDX-License-Identifier: GPL-3.0-or-later
"""Frames to H.264 in MP4, by Blender's own sequencer and FFmpeg."""

import os
import shutil
import tempfile
import time

import bpy

from . import colour, sequencer
from .commands import command
from .failures import Failure, from_operator
from .thumbnails import fitted, need, shrink

QUALITY = {'medium': 'MEDIUM', 'high': 'HIGH'}


def even(number):
    return max(2, number - number % 2)


def set_codec(render, quality):
    image = render.image_settings
    if hasattr(image, 'media_type'):
        image.media_type = 'VIDEO'
    image.file_format = 'FFMPEG'
    image.color_mode = 'RGB'
    render.ffmpeg.format = 'MPEG4'
    render.ffmpeg.codec = 'H264'
    render.ffmpeg.constant_rate_factor = QUALITY[quality]
    render.ffmpeg.ffmpeg_preset = 'GOOD'
    render.ffmpeg.gopsize = 12
    render.ffmpeg.audio_codec = 'NONE'


def develop(session, frames, folder, params):
    """Display pictures of float frames, at the size of the video."""
    pictures = [os.path.join(folder, '%06d.png' % index) for index in range(len(frames))]
    for source, picture in zip(frames, pictures):
        shrink(session, source, picture, params.get('maxSize', 1920), params.get('colour'))
    return pictures


@command('encode_video')
def encode_video(session, params):
    """{frames: [paths in order], output (.mp4), fps, maxSize?, quality?, colour?} → {path, width, height, frames, seconds}"""
    frames, output = params['frames'], params['output']
    if not frames:
        raise Failure('render.host_error', 'A video needs at least one frame.')
    if not bpy.app.ffmpeg.supported:
        raise Failure('render.scene_error', 'This Blender was built without FFmpeg and can not encode a video.')
    started = time.monotonic()
    for path in frames:
        need(path)
    width, height = sequencer.size_of(frames[0])
    developed = None
    if not width or not height:  # the sequencer can't read it (multilayer EXR before 5.0): pictures first
        developed = tempfile.mkdtemp(prefix='backlot-video-')
        frames = develop(session, frames, developed, params)
        width, height = sequencer.size_of(frames[0])
    width, height = fitted(width, height, params.get('maxSize', 1920))
    scene = colour.scratch_scene(session, colour.is_float(frames[0]), params.get('colour'))
    partial = '%s.partial%s' % os.path.splitext(output)
    os.makedirs(os.path.dirname(output), exist_ok=True)

    @bpy.app.handlers.persistent
    def on_write(*_):
        session.progress(done=scene.frame_current, total=len(frames))

    bpy.app.handlers.render_write.append(on_write)
    try:
        render = scene.render
        sequencer.add_frames(scene, frames, even(width), even(height))
        fps = float(params['fps'])
        render.fps = max(1, round(fps))
        render.fps_base = render.fps / fps
        set_codec(render, params.get('quality', 'high'))
        render.use_file_extension = True
        render.filepath = partial
        try:
            bpy.ops.render.render(animation=True, scene=scene.name)
        except RuntimeError as error:
            raise from_operator(error) from error
        if not os.path.isfile(partial) or os.path.getsize(partial) == 0:
            raise Failure('render.bad_output', 'Blender reported success and wrote no video.')
        os.replace(partial, output)
        return {
            'path': output,
            'width': render.resolution_x,
            'height': render.resolution_y,
            'frames': len(frames),
            'seconds': time.monotonic() - started,
        }
    finally:
        bpy.app.handlers.render_write.remove(on_write)
        bpy.data.scenes.remove(scene)
        if developed:
            shutil.rmtree(developed, ignore_errors=True)
        if os.path.exists(partial):
            os.unlink(partial)
