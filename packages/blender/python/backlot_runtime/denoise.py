# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenImageDenoise on a picture that is already there, as Cycles would have used it on its own.

Measured: the compositor's Denoise node, given Cycles' albedo and normal, equals Cycles' own denoising to 6e-6 (4.2, 5.0);
`cycles.denoise_animation` differs by 0.2.
"""

import os
import tempfile

import bpy
import numpy as np

from . import exr, lifetime, settings
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
    scene = bpy.data.scenes.new('Backlot denoising')
    made = [(bpy.data.scenes, scene)]
    try:
        images = {name: load(made, os.path.join(folder, name + '.exr'), values) for name, values in (('Image', pixels), *guides.items())}
        build(made, scene, images, prefilter, quality)
        render = scene.render
        render.resolution_x, render.resolution_y, render.resolution_percentage = width, height, 100
        render.use_compositing, render.use_sequencer = True, False
        for attribute, value in (('compositor_device', 'CPU'), ('compositor_precision', 'FULL')):
            if hasattr(render, attribute):
                setattr(render, attribute, value)
        settings.set_image_format(render.image_settings, 'OPEN_EXR')
        render.image_settings.color_mode, render.image_settings.color_depth, render.image_settings.exr_codec = 'RGBA', '32', 'NONE'
        render.filepath = os.path.join(folder, 'denoised.exr')
        bpy.ops.render.render(write_still=True, scene=scene.name)
        with exr.Reader(render.filepath) as reader:
            found = reader.read()
            return np.ascontiguousarray(np.stack([found[component][::-1] for component in 'RGBA'], -1))
    except RuntimeError as error:
        raise Failure('render.denoiser_missing', 'The denoiser failed: %s' % error) from error
    finally:
        for collection, each in reversed(made):
            collection.remove(each)
        lifetime.drop_partial_folder(folder)


def load(made, path, values):
    planes = {component: values[::-1, :, index] for index, component in enumerate('RGBA'[: values.shape[-1]])}
    exr.write(path, planes)
    image = bpy.data.images.load(path, check_existing=False)
    made.append((bpy.data.images, image))
    image.colorspace_settings.is_data = True  # numbers in, the same numbers out
    image.alpha_mode = 'CHANNEL_PACKED'
    return image


def build(made, scene, images, prefilter, quality):
    if hasattr(scene, 'compositing_node_group'):
        tree = bpy.data.node_groups.new('Backlot denoising', 'CompositorNodeTree')
        made.append((bpy.data.node_groups, tree))
        scene.compositing_node_group = tree
        tree.interface.new_socket('Image', in_out='OUTPUT', socket_type='NodeSocketColor')
        output = tree.nodes.new('NodeGroupOutput')
    else:
        scene.use_nodes = True
        tree = scene.node_tree
        tree.nodes.clear()
        output = tree.nodes.new('CompositorNodeComposite')
    node = tree.nodes.new('CompositorNodeDenoise')
    for socket, image in images.items():
        source = tree.nodes.new('CompositorNodeImage')
        source.image = image
        tree.links.new(source.outputs[0], node.inputs[socket])
    choose(node, 'prefilter', 'Prefilter', prefilter)
    choose(node, 'quality', 'Quality', quality)
    tree.links.new(node.outputs[0], output.inputs[0])


def choose(node, attribute, socket, identifier):
    """Up to 4.5 a property with an identifier; from 5.0 on a menu socket with the name as a person reads it."""
    if hasattr(node, attribute):
        setattr(node, attribute, identifier)
    elif socket in node.inputs:
        node.inputs[socket].default_value = identifier.capitalize()
