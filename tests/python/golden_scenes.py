# SPDX-License-Identifier: GPL-3.0-or-later
"""A small scene for each thing that a farm can get wrong, as one command. Two frames each, some seconds together."""

import os

import bpy

from backlot_runtime import settings
from backlot_runtime.commands import command


def stage(engine='cycles'):
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.name = 'Golden'
    bpy.ops.mesh.primitive_monkey_add()
    monkey = bpy.context.object
    monkey.keyframe_insert('rotation_euler', frame=1)
    monkey.rotation_euler = (0.4, 0.8, 1.0)
    monkey.keyframe_insert('rotation_euler', frame=3)
    driver = monkey.driver_add('location', 0)
    driver.driver.expression = 'frame * 0.2'
    sun = bpy.data.objects.new('Sun', bpy.data.lights.new('Sun', 'SUN'))
    sun.data.energy, sun.rotation_euler = 3, (0.6, 0.3, 0)
    scene.collection.objects.link(sun)
    scene.camera = camera(scene, 'Camera', 5)
    scene.world = bpy.data.worlds.new('World')
    scene.frame_start, scene.frame_end = 1, 2
    scene.render.resolution_x, scene.render.resolution_y = 96, 72
    for identifier in settings.ENGINES[engine]:
        try:
            scene.render.engine = identifier
            break
        except TypeError:
            continue
    scene.cycles.samples, scene.cycles.use_denoising = 4, False
    scene.eevee.taa_render_samples = 4
    return scene


def camera(scene, name, x):
    made = bpy.data.objects.new(name, bpy.data.cameras.new(name))
    made.location, made.rotation_euler = (x, -5, 4), (1.05, 0, 0.785 if x > 0 else -0.785)
    scene.collection.objects.link(made)
    return made


def tree_of(scene):
    """→ (the compositor's tree, its output node)"""
    if hasattr(scene, 'compositing_node_group'):
        tree = bpy.data.node_groups.new('Look', 'CompositorNodeTree')
        scene.compositing_node_group = tree
        tree.interface.new_socket('Image', in_out='OUTPUT', socket_type='NodeSocketColor')
        return tree, tree.nodes.new('NodeGroupOutput')
    scene.use_nodes = True
    scene.node_tree.nodes.clear()
    return scene.node_tree, scene.node_tree.nodes.new('CompositorNodeComposite')


def compositor(scene):
    tree, output = tree_of(scene)
    source, invert = tree.nodes.new('CompositorNodeRLayers'), tree.nodes.new('CompositorNodeInvert')
    tree.links.new(source.outputs['Image'], next(each for each in invert.inputs if each.name == 'Color'))
    tree.links.new(invert.outputs[0], output.inputs[0])


def geometry_nodes(scene):
    tree = bpy.data.node_groups.new('Scatter', 'GeometryNodeTree')
    tree.interface.new_socket('Geometry', in_out='INPUT', socket_type='NodeSocketGeometry')
    tree.interface.new_socket('Geometry', in_out='OUTPUT', socket_type='NodeSocketGeometry')
    names = ('NodeGroupInput', 'GeometryNodeDistributePointsOnFaces', 'GeometryNodeInstanceOnPoints', 'GeometryNodeMeshCube', 'NodeGroupOutput')
    start, points, instances, cube, end = (tree.nodes.new(name) for name in names)
    cube.inputs['Size'].default_value = (0.1, 0.1, 0.1)
    tree.links.new(start.outputs[0], points.inputs['Mesh'])
    tree.links.new(points.outputs['Points'], instances.inputs['Points'])
    tree.links.new(cube.outputs['Mesh'], instances.inputs['Instance'])
    tree.links.new(instances.outputs['Instances'], end.inputs[0])
    # What is scattered differs by frame.
    seed = points.inputs['Seed'].driver_add('default_value')
    seed.driver.expression = 'frame'
    bpy.data.objects['Suzanne'].modifiers.new('Scatter', 'NODES').node_group = tree


def transparent(scene):
    scene.render.film_transparent = True
    scene.render.image_settings.color_mode = 'RGBA'


def multilayer(scene):
    settings.set_image_format(scene.render.image_settings, 'OPEN_EXR_MULTILAYER')
    scene.render.image_settings.color_depth = '32'
    if hasattr(scene.render.image_settings, 'use_exr_interleave'):
        scene.render.image_settings.use_exr_interleave = True
    scene.view_layers[0].use_pass_z = scene.view_layers[0].use_pass_normal = True
    other = scene.view_layers.new('Other')
    other.material_override = bpy.data.materials.new('White')


def stereo(scene):
    scene.render.use_multiview = True
    scene.render.image_settings.views_format = 'STEREO_3D'
    scene.render.image_settings.stereo_3d_format.display_mode = 'ANAGLYPH'


def markers(scene):
    for frame, each in ((1, scene.camera), (2, camera(scene, 'Other', -5))):
        scene.timeline_markers.new('Cut', frame=frame).camera = each


def scenes(scene):
    """The compositor shows another scene of the file."""
    other = bpy.data.scenes.new('Backdrop')
    other.render.engine = scene.render.engine
    other.cycles.samples = 4
    other.camera = camera(other, 'Far', -5)
    other.collection.objects.link(bpy.data.objects['Suzanne'])
    other.world = scene.world
    tree, output = tree_of(scene)
    source = tree.nodes.new('CompositorNodeRLayers')
    source.scene = other
    tree.links.new(source.outputs['Image'], output.inputs[0])


def animated(scene):
    """Settings of the render and the view that change by frame."""
    for value, frame in ((1, 1), (16, 2)):
        scene.cycles.samples = value
        scene.cycles.keyframe_insert('samples', frame=frame)
        scene.view_settings.exposure = value / 8
        scene.view_settings.keyframe_insert('exposure', frame=frame)
    scene.cycles.use_animated_seed = True


def motion_blur(scene):
    scene.render.use_motion_blur = True


def odd_current_frame(scene):
    scene.frame_set(7, subframe=0.5)


KINDS = {
    'cycles': None, 'eevee': None, 'workbench': None, 'compositor': compositor, 'geometry_nodes': geometry_nodes,
    'transparent': transparent, 'multilayer': multilayer, 'stereo': stereo, 'markers': markers, 'scenes': scenes,
    'animated': animated, 'motion_blur': motion_blur, 'odd_current_frame': odd_current_frame,
}


@command('golden')
def golden(session, params):
    """{folder} → {files: {kind: path}}"""
    session.file = None
    files = {}
    for kind, change in KINDS.items():
        scene = stage(kind if kind in settings.ENGINES else 'cycles')
        if change:
            change(scene)
        files[kind] = os.path.join(params['folder'], kind + '.blend')
        os.makedirs(params['folder'], exist_ok=True)
        bpy.ops.wm.save_as_mainfile(filepath=files[kind], compress=False)
    return {'files': files}
