# SPDX-License-Identifier: GPL-3.0-or-later
"""Small pictures of rendered frames, through Blender's own colour management."""

import os
import struct
from array import array

import bpy

from . import colour, finite, sequencer, settings
from .commands import command
from .failures import Failure

QUALITY = 85  # of JPEG


def need(path):
    if not os.path.isfile(path):
        raise Failure('render.missing_asset', 'The frame %s does not exist.' % path, path=path)


def fitted(width, height, size):
    """The largest size of that shape whose longer side is at most `size`; never larger than it was."""
    scale = min(1.0, size / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def picture_format(scene, output):
    settings.set_image_format(scene.render.image_settings, 'PNG' if output.lower().endswith('.png') else 'JPEG')
    scene.render.image_settings.color_mode = 'RGB'
    scene.render.image_settings.quality = QUALITY


BLACK = 0.01  # brighter than the dithering of an 8-bit black, darker than anything that one sees
LOOK_SIZE = 64  # pixels of the longer side: enough to see that there is nothing, and takes under a millisecond


def look_at(image):
    """Whether nothing can be seen in a picture. → {black, transparent}"""
    width, height = fitted(*image.size, LOOK_SIZE)
    image.scale(width, height)
    channels = len(image.pixels) // (width * height)
    values = array('f', bytes(4 * channels * width * height))
    image.pixels.foreach_get(values)
    has_colour = any(max(values[channel::channels]) > BLACK for channel in range(min(channels, 3)))
    return {'black': not has_colour, 'transparent': channels == 4 and max(values[3::4]) == 0}


def look_at_layer(pixels):
    """The same of float32 [any, 4]. None for a file without a picture."""
    if pixels is None:
        return {'black': None, 'transparent': None}
    return {'black': not bool((pixels[:, :3] > BLACK).any()), 'transparent': not bool(pixels[:, 3].any())}


def shrink_image(image, scene, output, size):
    width, height = fitted(*image.size, size)
    image.scale(width, height)
    image.save_render(output, scene=scene)
    return width, height


def shrink_layers(image, scene, output, size):
    """For multilayer EXR, which an image data-block has no pixels of: 5.0 reads it by the sequencer, older ones by the compositor."""
    source = image.filepath
    width, height = sequencer.size_of(source)
    if width and height:
        width, height = fitted(width, height, size)
        sequencer.add_frames(scene, [source], width, height)
    elif bpy.app.version < (5, 0, 0) and image.type == 'MULTILAYER':
        width, height = fitted(*exr_size(source), size)
        composite(scene, image, width, height)
    else:
        raise Failure('render.bad_output', 'The frame %s is damaged.' % source, path=source)
    scene.frame_set(1)
    scene.render.filepath = output
    bpy.ops.render.render(write_still=True, scene=scene.name)
    return width, height


def composite(scene, image, width, height):
    """A compositor that fits the picture into that size."""
    scene.render.resolution_x, scene.render.resolution_y, scene.render.resolution_percentage = width, height, 100
    scene.use_nodes = True
    tree = scene.node_tree
    tree.nodes.clear()
    source, scale, output = (tree.nodes.new('CompositorNode' + kind) for kind in ('Image', 'Scale', 'Composite'))
    source.image = image
    scale.space, scale.frame_method = 'RENDER_SIZE', 'FIT'
    combined = next((each for each in source.outputs if each.name == 'Combined'), source.outputs[0])
    tree.links.new(combined, scale.inputs['Image'])
    tree.links.new(scale.outputs['Image'], output.inputs['Image'])
    scene.camera = bpy.data.objects.new('Backlot conversion', bpy.data.cameras.new('Backlot conversion'))
    scene.collection.objects.link(scene.camera)
    for layer in scene.view_layers:
        layer.use = False
    scene.render.engine = 'BLENDER_WORKBENCH'


def exr_size(path):
    """(width, height) from the display window in an OpenEXR header."""
    with open(path, 'rb') as file:
        head = file.read(65536)
    at = head.find(b'displayWindow\0box2i\0')
    if not head.startswith(b'\x76\x2f\x31\x01') or at < 0:
        raise Failure('render.bad_output', 'The frame %s is damaged.' % path, path=path)
    left, top, right, bottom = struct.unpack_from('<4i', head, at + len(b'displayWindow\0box2i\0') + 4)
    return right - left + 1, bottom - top + 1


def shrink(session, source, output, size, view):
    """Writes `source` with its longer side at most `size` pixels. → (width, height, what is seen: {black, transparent, notFinite})"""
    need(source)
    scene = colour.scratch_scene(session, colour.is_float(source), view)
    picture_format(scene, output)
    partial = '%s.partial%s' % os.path.splitext(output)
    os.makedirs(os.path.dirname(output), exist_ok=True)
    image = None
    try:
        image = bpy.data.images.load(source, check_existing=False)
        by = shrink_image if image.size[0] else shrink_layers
        wrong = None
        if by is shrink_image and colour.is_float(source):  # before it is scaled, which spreads what is no number
            wrong = finite.of_image(image)
        width, height = by(image, scene, partial, size)
        os.replace(partial, output)
        if by is shrink_image:
            seen = look_at(image)
        else:
            wrong, pixels = finite.of_layers(image, source, *exr_size(source))
            seen = look_at_layer(pixels)
        seen['notFinite'] = wrong
    except RuntimeError as error:
        raise Failure('render.bad_output', 'The frame %s can not be read: %s' % (source, error), path=source) from error
    finally:
        if image:
            bpy.data.images.remove(image)
        bpy.data.scenes.remove(scene)
        if os.path.exists(partial):
            os.unlink(partial)
    return width, height, seen


class Darkroom:
    """A scene and an image for the thumbnails of one opened file.

    Making or removing a data-block lets Blender build the render's dependency graph anew: with thumbnails between them,
    frames of a scene with a million faces took 1.75 s of CPU instead of 0.85 s. So both are made before the first
    frame, and kept. Float files and multilayer ones, whose colour space comes with loading, go the long way.
    """

    def __init__(self):
        self.scene = bpy.data.scenes.new('Backlot conversion')
        self.image = bpy.data.images.new('Backlot conversion', 8, 8)
        self.image.source = 'FILE'

    def shrink(self, session, source, output, size):
        """As `shrink`, or None where it has to go the long way."""
        try:
            self.image.filepath = source
            self.image.reload()
            if not self.image.size[0]:
                return None
            picture_format(colour.prepare(self.scene, session, False, None), output)
            partial = '%s.partial%s' % os.path.splitext(output)
            os.makedirs(os.path.dirname(output), exist_ok=True)
            width, height = shrink_image(self.image, self.scene, partial, size)
            os.replace(partial, output)
            return width, height, {**look_at(self.image), 'notFinite': None}
        except (ReferenceError, RuntimeError):  # a script has removed them; a file that can't be read
            return None


@command('thumbnail')
def thumbnail(session, params):
    """{source, output (.jpg or .png), size?, colour?} → {path, width, height, black, transparent, notFinite}"""
    source, output, size = params['source'], params['output'], params.get('size', 256)
    need(source)
    done = session.darkroom and not colour.is_float(source) and session.darkroom.shrink(session, source, output, size)
    width, height, seen = done or shrink(session, source, output, size, params.get('colour'))
    return {'path': params['output'], 'width': width, 'height': height, **seen}
