# SPDX-License-Identifier: GPL-3.0-or-later
"""Cases: ways from a scene, its compositor and its sequencer."""

import bpy

from parts import ASSETS, SCENE, VERSION, case, image, material, put, strips, texture
from through import textured


def compositor(scene=None):
    scene = scene or bpy.context.scene
    if VERSION >= (5, 0, 0):
        tree = scene.compositing_node_group = bpy.data.node_groups.new('Compositor', 'CompositorNodeTree')
        return tree
    scene.use_nodes = True
    return scene.node_tree


def clip():
    return bpy.data.movieclips.load(ASSETS.path('clip/k_01.png'))


def mask():
    """A mask that follows a movie clip."""
    made = bpy.data.masks.new('Mask')
    point = made.layers.new().splines.new().points
    point.add(1)
    point[0].parent.id = clip()
    return made


def camera_with_picture():
    camera = bpy.data.cameras.new('Camera')
    camera.background_images.new().image = image()
    return bpy.data.objects.new('Camera', camera)


def colour_strip():
    # 5.0 wants a length, the others an end.
    until = {'length': 10} if VERSION >= (5, 0, 0) else {'frame_end': 11}
    return strips().new_effect(name='Colour', type='COLOR', channel=1, frame_start=1, **until)


@case('image')
def way_scene_camera():
    bpy.context.scene.camera = camera_with_picture()
    return SCENE


@case('image')
def way_marker_camera():
    bpy.context.scene.timeline_markers.new('Cut', frame=1).camera = camera_with_picture()
    return SCENE


@case('image')
def way_material_override():
    bpy.context.scene.view_layers[0].material_override = material()
    return SCENE


@case('image')
def way_rigid_body_world():
    bpy.ops.rigidbody.world_add()
    group = bpy.context.scene.rigidbody_world.collection = bpy.data.collections.new('Bodies')
    body = bpy.data.objects.new('Body', bpy.data.meshes.new('Body'))
    body.data.materials.append(material())
    group.objects.link(body)
    return SCENE


@case('image')
def way_paint_stencil():
    bpy.context.scene.tool_settings.image_paint.stencil_image = image()
    return SCENE


@case('image')
def way_line_style_nodes():
    style = bpy.data.linestyles.new('Style')
    style.use_nodes = True
    style.node_tree.nodes.new('ShaderNodeTexImage').image = image()
    bpy.context.scene.view_layers[0].freestyle_settings.linesets.new('Lines').linestyle = style
    return SCENE


@case('image')
def way_line_style_driver():
    style = bpy.data.linestyles.new('Style')
    style.geometry_modifiers.new('Stretch', 'SAMPLING')
    style.thickness_modifiers.new('Far', 'DISTANCE_FROM_OBJECT').target = textured()
    bpy.context.scene.view_layers[0].freestyle_settings.linesets.new('Lines').linestyle = style
    return SCENE


@case('image')
def way_compositor_group():
    inner = bpy.data.node_groups.new('Inner', 'CompositorNodeTree')
    inner.nodes.new('CompositorNodeImage').image = image()
    compositor().nodes.new('CompositorNodeGroup').node_tree = inner
    return SCENE


@case('image')
def way_compositor_cryptomatte():
    node = compositor().nodes.new('CompositorNodeCryptomatteV2')
    node.source, node.image = 'IMAGE', image()
    return SCENE


@case('image')
def way_compositor_scene():
    other = bpy.data.scenes.new('Other')
    compositor(other).nodes.new('CompositorNodeImage').image = image()
    compositor().nodes.new('CompositorNodeRLayers').scene = other
    return SCENE


@case('image', before=(5, 0, 0))
def way_compositor_texture():
    compositor().nodes.new('CompositorNodeTexture').texture = texture()
    return SCENE


@case('movie_clip')
def way_compositor_clip():
    compositor().nodes.new('CompositorNodeMovieClip').clip = clip()
    return SCENE


@case('movie_clip')
def way_compositor_mask():
    compositor().nodes.new('CompositorNodeMask').mask = mask()
    return SCENE


@case('movie_clip')
def way_scene_clip():
    bpy.context.scene.active_clip = clip()
    return SCENE


@case('movie_clip')
def way_camera_solver():
    made = put(None)
    made.constraints.new('CAMERA_SOLVER').clip = clip()
    return ('objects', made.name)


@case('movie_clip')
def way_strip_clip():
    strips().new_clip('Clip', clip(), 1, 1)
    return SCENE


@case('movie_clip')
def way_strip_mask():
    strips().new_mask('Mask', mask(), 1, 1)
    return SCENE


# 5.0.1 crashes when a script adds a modifier to a strip.
@case('movie_clip', before=(5, 0, 0))
def way_strip_modifier_mask():
    strip = colour_strip()
    changed = strip.modifiers.new('Bright', 'BRIGHT_CONTRAST')
    changed.input_mask_type, changed.input_mask_id = 'ID', mask()
    return SCENE


@case('image')
def way_strip_property():
    colour_strip()['picture'] = image()
    return SCENE


@case('image')
def way_strip_scene_camera():
    other = bpy.data.scenes.new('Other')
    strip = strips().new_scene('Scene', other, 1, 1)
    strip.scene_camera = camera_with_picture()
    return SCENE


@case('strip')
def way_strip_meta_in_meta():
    inner = strips().new_meta('Outer', 1, 1)
    inside = inner.strips if hasattr(inner, 'strips') else inner.sequences
    deep = inside.new_meta('Inner', 1, 1)
    deepest = deep.strips if hasattr(deep, 'strips') else deep.sequences
    deepest.new_movie('Movie', ASSETS.path('a.mp4'), 1, 1)
    return SCENE
