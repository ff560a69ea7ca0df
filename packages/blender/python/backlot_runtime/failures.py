# SPDX-License-Identifier: GPL-3.0-or-later
"""Failures with the codes that the rest of Backlot knows, and what Blender's own messages mean."""

import re
import traceback


class Failure(Exception):
    def __init__(self, code, message, **details):
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = details


# Blender's texts, 3.4 to 5.0; the first that fits counts.
_MEANINGS = (
    (r'no camera', 'render.no_camera'),
    (r'out of (gpu |device )?memory|insufficient memory|failed to allocate|MemoryError', 'render.out_of_memory'),
    (r'(CUDA|OptiX|HIP|Metal|oneAPI|GPU).*(error|fail)', 'render.gpu_error'),
    (r'no space left', 'render.disk_full'),
    (r'licen[cs]e.{0,40}(not available|unavailable|expired|denied|in use|checkout failed|failed)', 'render.licence_missing'),
    (r'(no|all) licen[cs]es? (available|in use)|failed to (check out|acquire) .{0,20}licen[cs]e', 'render.licence_missing'),
    (r'(denoiser|OpenImageDenoise).*not (available|supported)|not compiled with.*denois', 'render.denoiser_missing'),
    (r'not a blend(er)? file|unable to read|file format is not supported|failed to read blend', 'blend.corrupt'),
    (r'(cannot|can.t|could ?n.t|unable to) (write|save|open)', 'render.host_error'),
)


def clean(text):
    """An operator's message without its prefixes: 'Error: Cannot render, no camera' → 'Cannot render, no camera'."""
    lines = [re.sub(r'^(Error|Warning|Info):\s*', '', line.strip()) for line in str(text).splitlines()]
    return ' '.join(line for line in lines if line) or 'Blender gave no reason.'


def meaning(text, otherwise):
    for pattern, code in _MEANINGS:
        if re.search(pattern, text, re.IGNORECASE):
            return code
    return otherwise


def meaning_of_script(last_line):
    """What the last line of a traceback of the scene's own code means: a machine that is too small is not its fault."""
    code = meaning(last_line, 'render.script_error')
    return code if code in ('render.out_of_memory', 'render.disk_full', 'render.licence_missing') else 'render.script_error'


def from_operator(error, otherwise='render.scene_error'):
    """The Failure that an exception of a `bpy.ops` call means."""
    text = clean(error)
    return Failure(meaning(text, otherwise), text)


def body(error):
    """Any exception as the JSON that travels."""
    if isinstance(error, Failure):
        return {'code': error.code, 'message': error.message, 'details': error.details}
    if isinstance(error, MemoryError):
        return {'code': 'render.out_of_memory', 'message': 'Blender ran out of memory.', 'details': {}}
    if isinstance(error, OSError) and error.errno == 28:
        return {'code': 'render.disk_full', 'message': str(error), 'details': {}}
    return {
        'code': 'render.host_error',
        'message': '%s: %s' % (type(error).__name__, error),
        'details': {'traceback': traceback.format_exc()},
    }
