# SPDX-License-Identifier: GPL-3.0-or-later
"""Renders frames of an exported job on a farm that is not Backlot's: no server, no worker, the same frames.

`blender -b -P render_job.py -- PROJECT OUTPUT FRAMES`, and with the same arguments a Python that has the bpy module (to
which -b and -P mean something harmless). Beside it are `backlot_runtime` and `job.json`, which says what to render.
"""

import json
import os
import sys
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)


def frames_of(text):
    """`1-10x2,20` → [1, 3, 5, 7, 9, 20]; numbers may be negative."""
    frames = []
    for part in text.split(','):
        span, _, step = part.partition('x')
        dash = span.find('-', 1)
        first, last = (int(span), int(span)) if dash < 0 else (int(span[:dash]), int(span[dash + 1 :]))
        frames += range(first, last + 1, int(step or 1))
    return frames


class Listener:
    """Takes what a session tells its server; a farm of another kind reads progress from the output."""

    def __init__(self, count):
        self.count, self.done = count, 0

    def send(self, message):
        pass

    def finished(self, frame, result):
        self.done += 1
        print('Frame %d: %s, %.2f s, %s' % (frame, result['path'], result['seconds'], result['device']['type']))
        print('openjd_progress: %.1f' % (100 * self.done / self.count))
        sys.stdout.flush()


def need_version(job):
    import bpy

    have = bpy.app.version[0] * 100 + bpy.app.version[1]
    if have < job['fileVersion']:
        need = '%d.%d' % divmod(job['fileVersion'], 100)
        raise SystemExit('The scene was saved by Blender %s: this one, %s, is too old for it.' % (need, bpy.app.version_string))


def run(project, output, frames):
    import bpy

    from backlot_runtime import missing, open_file, render
    from backlot_runtime.session import Session

    with open(os.path.join(HERE, 'job.json'), encoding='utf-8') as file:
        job = json.load(file)
    need_version(job)
    bpy.ops.wm.read_factory_settings(use_empty=True)
    listener = Listener(len(frames))
    session = Session(listener)
    scene = os.path.join(os.path.abspath(project), *job['blendPath'].split('/'))
    tolerate = job['ignoreErrors']
    open_file.open_file(session, {'file': scene, 'allowScripts': job['allowScripts'], 'tolerateScriptErrors': tolerate})
    lacking = [each for each in missing.missing(session, {})['missing'] if each['users']]
    if lacking and not tolerate:
        raise SystemExit('The scene needs files that are not here: %s' % ', '.join(each['path'] for each in lacking))
    for frame in frames:
        request = {'frame': frame, 'folder': os.path.abspath(output), 'settings': job['settings'], 'tolerateScriptErrors': tolerate}
        listener.finished(frame, render.render(session, request))
    for warning in session.warnings:
        print('Warning: %s' % warning)


def main():
    from backlot_runtime import failures, lifetime

    code = 1
    try:
        run(*sys.argv[sys.argv.index('--') + 1 :][:2], frames_of(sys.argv[-1]))
        code = 0
    except failures.Failure as failure:
        print('openjd_fail: %s [%s]' % (failure.message, failure.code))
    except SystemExit as end:
        print('openjd_fail: %s' % end)
    except BaseException:
        traceback.print_exc()
    # Blender's own exit crashes or hangs when something of the scene is still registered.
    lifetime.leave(code)


main()
