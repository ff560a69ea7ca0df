# SPDX-License-Identifier: GPL-3.0-or-later
"""Many frames on one page, each with its number."""

import math
import os
import shutil
import tempfile
from array import array

import bpy

from . import digits
from .commands import command
from .failures import Failure
from .thumbnails import shrink

GAP = 12  # pixels between frames, and around the page
CAPTION = 24  # height of the line below a frame
PAPER = (0.075, 0.08, 0.09)
INK = (0.62, 0.64, 0.68)


class Page:
    """RGBA pixels in display colours, first row at the bottom as Blender has it."""

    def __init__(self, width, height):
        self.width, self.height = width, height
        self.pixels = array('f', (*PAPER, 1.0)) * (width * height)

    def paste(self, pixels, width, height, left, top):
        for row in range(height):
            start = ((self.height - top - height + row) * self.width + left) * 4
            self.pixels[start:start + width * 4] = pixels[row * width * 4:(row + 1) * width * 4]

    def write(self, text, left, top):
        """Draws digits, their top left corner given in pixels from the page's."""
        for place, character in enumerate(text):
            glyph = digits.GLYPHS[character]
            for index, level in enumerate(glyph):
                coverage = int(level, 16) / 15
                if coverage:
                    x = left + place * digits.WIDTH + index % digits.WIDTH
                    at = ((self.height - 1 - top - index // digits.WIDTH) * self.width + x) * 4
                    for channel in range(3):
                        self.pixels[at + channel] = PAPER[channel] + (INK[channel] - PAPER[channel]) * coverage

    def save(self, path):
        image = bpy.data.images.new('contact sheet', self.width, self.height, alpha=False)
        partial = '%s.partial%s' % os.path.splitext(path)
        try:
            image.pixels.foreach_set(self.pixels)
            image.file_format = 'PNG'
            image.filepath_raw = partial
            image.save()
            os.replace(partial, path)
        finally:
            bpy.data.images.remove(image)


def small_pixels(session, source, folder, width, view):
    """The frame as display colours, `width` pixels wide at most. → (pixels, width, height)"""
    small = os.path.join(folder, 'small.png')
    shrink(session, source, small, width, view)
    image = bpy.data.images.load(small, check_existing=False)
    try:
        pixels = array('f', (0.0,)) * (image.size[0] * image.size[1] * 4)
        image.pixels.foreach_get(pixels)
        return pixels, image.size[0], image.size[1]
    finally:
        bpy.data.images.remove(image)


@command('contact_sheet')
def contact_sheet(session, params):
    """{frames: [{frame, path}], output (.png), frameWidth?, columns?, colour?} → {path, width, height, frames}"""
    frames, output = params['frames'], params['output']
    if not frames:
        raise Failure('render.host_error', 'A contact sheet needs at least one frame.')
    folder = tempfile.mkdtemp(prefix='backlot-sheet-')
    os.makedirs(os.path.dirname(output), exist_ok=True)
    try:
        _, cell, tall = small_pixels(session, frames[0]['path'], folder, params.get('frameWidth', 320), params.get('colour'))
        columns = params.get('columns') or min(len(frames), math.ceil(math.sqrt(len(frames) * tall / cell * 16 / 9)))  # a page of about 16:9
        rows = math.ceil(len(frames) / columns)
        page = Page(GAP + columns * (cell + GAP), GAP + rows * (tall + CAPTION + GAP))
        for index, each in enumerate(frames):
            left = GAP + index % columns * (cell + GAP)
            top = GAP + index // columns * (tall + CAPTION + GAP)
            pixels, width, height = small_pixels(session, each['path'], folder, cell, params.get('colour'))
            height = min(height, tall)  # a frame of another shape is cut rather than drawn over its neighbour
            page.paste(pixels, width, height, left + (cell - width) // 2, top)
            page.write(str(each['frame']), left, top + tall + (CAPTION - digits.HEIGHT) // 2)
            session.progress(done=index + 1, total=len(frames))
        page.save(output)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return {'path': output, 'width': page.width, 'height': page.height, 'frames': len(frames)}
