# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenImageDenoise on a picture that is already there, as Cycles would have used it on its own.

Measured: the compositor's Denoise node, given Cycles' albedo and normal, equals Cycles' own denoising to 6e-6 (4.2, 5.0);
`cycles.denoise_animation` differs by 0.2.
"""

import os
import tempfile

from . import compositor, exr, lifetime
from .failures import Failure

GUIDES = {'RGB': (), 'RGB_ALBEDO': ('Albedo',), 'RGB_ALBEDO_NORMAL': ('Albedo', 'Normal')}


def apply(scene, passes):
    """Replaces Combined by its denoised picture and keeps the noisy one as `Noisy Image`, as Cycles does."""
    components, noisy = passes['Combined']
    wanted = GUIDES[scene.cycles.denoising_input_passes]
    guides = {name: passes['Denoising ' + name][1] for name in wanted}
    passes['Noisy Image'] = (components, noisy)
    passes['Combined'] = (components, run(noisy, guides, scene.cycles.denoising_prefilter, getattr(scene.cycles, 'denoising_quality', 'HIGH')))


def run(pixels, guides, prefilter, quality):
    """`pixels`: float32 [height, width, 4]; guides: {Albedo, Normal: [height, width, 3]} → denoised [height, width, 4]"""
    folder = lifetime.partial_folder(tempfile.mkdtemp(prefix='backlot-denoise-'))
    height, width = pixels.shape[:2]
    made = []
    try:
        scene = compositor.scene_of(made, width, height)
        images = {name: load(made, os.path.join(folder, name + '.exr'), values) for name, values in (('Image', pixels), *guides.items())}
        build(made, scene, images, prefilter, quality)
        return compositor.pixels_of(scene, folder)
    except RuntimeError as error:
        raise Failure('render.denoiser_missing', 'The denoiser failed: %s' % error) from error
    finally:
        compositor.remove(made)
        lifetime.drop_partial_folder(folder)


def load(made, path, values):
    planes = {component: values[::-1, :, index] for index, component in enumerate('RGBA'[: values.shape[-1]])}
    exr.write(path, planes)
    return compositor.load(made, path)


def build(made, scene, images, prefilter, quality):
    tree, output = compositor.output_of(made, scene)
    node = tree.nodes.new('CompositorNodeDenoise')
    for socket, image in images.items():
        source = tree.nodes.new('CompositorNodeImage')
        source.image = image
        tree.links.new(source.outputs[0], node.inputs[socket])
    choose(node, 'prefilter', 'Prefilter', prefilter)
    choose(node, 'quality', 'Quality', quality)
    tree.links.new(node.outputs[0], output)


def choose(node, attribute, socket, identifier):
    """Up to 4.5 a property with an identifier; from 5.0 on a menu socket with the name as a person reads it."""
    if hasattr(node, attribute):
        setattr(node, attribute, identifier)
    elif socket in node.inputs:
        node.inputs[socket].default_value = identifier.capitalize()
