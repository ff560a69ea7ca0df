# SPDX-License-Identifier: GPL-3.0-or-later
"""The loop: one request after the other, each answered with a result or a coded failure."""

import runpy
import sys

import bpy

from . import failures, lifetime
from .commands import COMMANDS
from .session import Session, memory_bytes
from . import contact_sheet, device, missing, open_file, render, sample, samples, small_scene, thumbnails, video  # noqa: F401  (they register)


def hello():
    return {
        'event': 'hello',
        'version': '.'.join(str(part) for part in bpy.app.version),
        'kind': 'executable' if bpy.app.binary_path else 'module',
        'denoiser': device.has_denoiser(),
        'video': bool(bpy.app.ffmpeg.supported),
        'python': sys.version.split()[0],
    }


def unhook():
    """Takes every Python callback out of Blender before the process ends."""
    for name in dir(bpy.app.handlers):
        handlers = getattr(bpy.app.handlers, name)
        if isinstance(handlers, list):
            handlers.clear()


def answer(session, request):
    session.begin(request['id'])
    reply = {'event': 'reply', 'id': request['id']}
    try:
        handler = COMMANDS.get(request['name'])
        if handler is None:
            raise failures.Failure('render.host_error', 'There is no command %s.' % request['name'], known=sorted(COMMANDS))
        reply['result'] = handler(session, request.get('params') or {})
    except Exception as error:  # every failure has to reach the other side
        reply['error'] = failures.body(error)
    reply['warnings'] = session.warnings
    reply['memoryBytes'], reply['peakMemoryBytes'] = memory_bytes()
    return reply


def run(channel, command_files):
    # The module starts with the user's preferences, the executable with --factory-startup: from here on they are alike.
    bpy.ops.wm.read_factory_settings(use_empty=True)
    for path in command_files:
        runpy.run_path(path)
    session = Session(channel)
    channel.send(hello())
    while True:
        request = channel.next_request()
        if request['name'] == 'close':
            unhook()
            channel.send({'event': 'reply', 'id': request['id'], 'result': {}, 'warnings': []})
            lifetime.leave(0)
        channel.send(answer(session, request))
