# SPDX-License-Identifier: GPL-3.0-or-later
"""A scene that is nothing but a compositor: Blender's own way to read pictures and work on them, floats in and floats out."""

import os

import bpy
import numpy as np

from . import exr, settings


def scene_of(made, width, height):
    """`made` gets what has to be removed afterwards: see `remove`."""
    scene = bpy.data.scenes.new('Backlot compositing')
    made.append((bpy.data.scenes, scene))
    render = scene.render
    render.resolution_x, render.resolution_y, render.resolution_percentage = width, height, 100
    render.use_compositing, render.use_sequencer = True, False
    for attribute, value in (('compositor_device', 'CPU'), ('compositor_precision', 'FULL')):
        if hasattr(render, attribute):
            setattr(render, attribute, value)
    for layer in scene.view_layers:
        layer.use = False
    return scene


def output_of(made, scene):
    """→ (the tree, the socket that takes the picture)"""
    if hasattr(scene, 'compositing_node_group'):
        tree = bpy.data.node_groups.new('Backlot compositing', 'CompositorNodeTree')
        made.append((bpy.data.node_groups, tree))
        scene.compositing_node_group = tree
        tree.interface.new_socket('Image', in_out='OUTPUT', socket_type='NodeSocketColor')
        return tree, tree.nodes.new('NodeGroupOutput').inputs[0]
    scene.use_nodes = True
    tree = scene.node_tree
    tree.nodes.clear()
    return tree, tree.nodes.new('CompositorNodeComposite').inputs[0]


def load(made, path):
    image = bpy.data.images.load(path, check_existing=False)
    made.append((bpy.data.images, image))
    image.colorspace_settings.is_data = True  # numbers in, the same numbers out
    image.alpha_mode = 'CHANNEL_PACKED'
    return image


def pixels_of(scene, folder):
    """→ float32 [height, width, 4], the bottom line first"""
    render = scene.render
    settings.set_image_format(render.image_settings, 'OPEN_EXR')
    render.image_settings.color_mode, render.image_settings.color_depth, render.image_settings.exr_codec = 'RGBA', '32', 'NONE'
    render.filepath = os.path.join(folder, 'composited.exr')
    bpy.ops.render.render(write_still=True, scene=scene.name)
    with exr.Reader(render.filepath) as reader:
        found = reader.read()
        return np.ascontiguousarray(np.stack([found[component][::-1] for component in 'RGBA'], -1))


def remove(made):
    for collection, each in reversed(made):
        collection.remove(each)
