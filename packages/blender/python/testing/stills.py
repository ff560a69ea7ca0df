# SPDX-License-Identifier: GPL-3.0-or-later
"""Stills whose samples are rendered apart, and how far two float files are from each other, as commands for the tests."""

import bpy
import numpy as np

from backlot_runtime import exr, sample_merge, settings
from backlot_runtime.commands import command

PASSES = (
    'z', 'mist', 'position', 'normal', 'vector', 'uv', 'object_index', 'material_index', 'ambient_occlusion', 'emit', 'environment',
    'diffuse_direct', 'diffuse_indirect', 'glossy_direct', 'glossy_indirect', 'glossy_color', 'transmission_direct',
    'transmission_indirect', 'cryptomatte_object', 'cryptomatte_material', 'cryptomatte_asset',
)


def material(name, index, **values):
    made = bpy.data.materials.new(name)
    made.pass_index = index
    if not made.node_tree:
        made.use_nodes = True
    shader = made.node_tree.nodes['Principled BSDF']
    for socket, value in values.items():
        names = [each for each in (socket, socket + ' Weight') if each in shader.inputs]
        shader.inputs[names[0]].default_value = value
    return made


def stage():
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.name = 'Still'
    bpy.ops.mesh.primitive_monkey_add()
    monkey = bpy.context.object
    monkey.pass_index = 3
    monkey.data.materials.append(material('Clay', 2, **{'Base Color': (0.8, 0.3, 0.1, 1)}))
    monkey.location = (0, 0, 0)
    monkey.keyframe_insert('location', frame=1)
    monkey.location = (0.6, 0.3, 0)
    monkey.keyframe_insert('location', frame=2)
    bpy.ops.mesh.primitive_plane_add(size=10, location=(0, 0, -1))
    bpy.ops.mesh.primitive_uv_sphere_add(location=(1.5, -1, 0), radius=0.7, segments=12, ring_count=8)
    bpy.context.object.data.materials.append(material('Glass', 5, Transmission=1.0, Roughness=0.1))
    lamp = bpy.data.objects.new('Lamp', bpy.data.lights.new('Lamp', 'AREA'))
    lamp.location, lamp.rotation_euler, lamp.data.energy, lamp.data.size = (3, -3, 5), (0.6, 0.3, 0), 500, 2
    scene.collection.objects.link(lamp)
    scene.world = bpy.data.worlds.new('World')
    if not scene.world.node_tree:
        scene.world.use_nodes = True
    scene.world.node_tree.nodes['Background'].inputs[0].default_value = (0.3, 0.4, 0.6, 1)
    camera = bpy.data.objects.new('Camera', bpy.data.cameras.new('Camera'))
    camera.location, camera.rotation_euler = (5, -5, 4), (1.05, 0, 0.785)
    scene.collection.objects.link(camera)
    scene.camera = camera
    scene.frame_start = scene.frame_end = 1
    render, cycles = scene.render, scene.cycles
    render.engine = 'CYCLES'
    render.resolution_x, render.resolution_y = 96, 72
    cycles.samples, cycles.use_adaptive_sampling, cycles.use_denoising = 24, False, False
    if not hasattr(cycles, 'use_sample_subset'):
        cycles.sampling_pattern = 'TABULATED_SOBOL'  # what a range gets there: see samples.py
    settings.set_image_format(render.image_settings, 'OPEN_EXR_MULTILAYER')
    render.image_settings.color_depth = '32'
    if hasattr(render.image_settings, 'use_exr_interleave'):
        render.image_settings.use_exr_interleave = True  # in one part, as `exr` reads it
    return scene


def want_passes(layer):
    for name in PASSES:
        if hasattr(layer, 'use_pass_' + name):
            setattr(layer, 'use_pass_' + name, True)
    layer.cycles.denoising_store_passes = True


def invert_by_compositor(scene):
    """Something that uses a pass other than Combined."""
    if hasattr(scene, 'compositing_node_group'):
        tree = bpy.data.node_groups.new('Look', 'CompositorNodeTree')
        scene.compositing_node_group = tree
        tree.interface.new_socket('Image', in_out='OUTPUT', socket_type='NodeSocketColor')
        output = tree.nodes.new('NodeGroupOutput')
    else:
        scene.use_nodes = True
        tree = scene.node_tree
        tree.nodes.clear()
        output = tree.nodes.new('CompositorNodeComposite')
    source, invert, over = (tree.nodes.new('CompositorNode' + kind) for kind in ('RLayers', 'Invert', 'AlphaOver'))
    emitted = next(each for each in source.outputs if each.name in ('Environment', 'Env') and each.enabled)
    tree.links.new(source.outputs['Image'], next(each for each in invert.inputs if each.name == 'Color'))
    pictures = [each for each in over.inputs if each.type == 'RGBA']
    tree.links.new(invert.outputs[0], pictures[0])
    tree.links.new(emitted, pictures[1])
    next(each for each in over.inputs if each.name in ('Fac', 'Factor')).default_value = 0.3
    tree.links.new(over.outputs[0], output.inputs[0])


@command('test_still')
def test_still(session, params):
    """{file, size?, samples?, kind: plain | sobol | passes | denoised | transparent | motion_blur | layers | compositor | stereo | catcher}"""
    session.file = None
    scene, kind = stage(), params['kind']
    layer = scene.view_layers[0]
    if kind == 'sobol':
        scene.cycles.sampling_pattern = 'TABULATED_SOBOL'
    elif kind == 'passes':
        want_passes(layer)
    elif kind == 'denoised':
        scene.cycles.use_denoising = True
        layer.use_pass_diffuse_direct = True
    elif kind == 'transparent':
        scene.render.film_transparent = True
        scene.render.image_settings.color_mode = 'RGBA'
        bpy.data.objects['Plane'].hide_render = True
    elif kind == 'motion_blur':
        scene.render.use_motion_blur = True
    elif kind == 'layers':
        other = scene.view_layers.new('Second.layer')
        other.use_pass_z = True
        other.material_override = bpy.data.materials['Clay']
        want_passes(layer)
    elif kind == 'compositor':
        layer.use_pass_environment = True
        invert_by_compositor(scene)
        settings.set_image_format(scene.render.image_settings, 'PNG')
        scene.render.image_settings.color_depth = '16'
    elif kind == 'stereo':
        scene.render.use_multiview = True
    elif kind == 'catcher':
        bpy.data.objects['Plane'].is_shadow_catcher = True
    scene.cycles.samples = params.get('samples', scene.cycles.samples)
    if params.get('size'):
        scene.render.resolution_x = scene.render.resolution_y = params['size']
    bpy.ops.wm.save_as_mainfile(filepath=params['file'], compress=False)
    return {'file': params['file']}


def spread(mattes):
    """Cryptomatte's channels of one file → {layer and kind: [ids, …], [shares, …]}"""
    groups = {}
    for channel, values in mattes.items():
        layer, name, rank, component = sample_merge.CRYPTOMATTE.match(channel).groups()
        groups.setdefault(layer + name, {})[rank, component.lower()] = values
    pairs = {'r': 'g', 'b': 'a'}
    return {
        name: [(each[rank, one].view(np.uint32), each[rank, pairs[one]]) for rank, one in each if one in pairs]
        for name, each in groups.items()
    }


def matte_difference(one, other):
    """By how much the share of any id differs, wherever it is ranked."""
    worst = 0.0
    for name, entries in one.items():
        for entry_id, share in entries:
            there = sum(np.where(each_id == entry_id, each_share, 0) for each_id, each_share in other[name])
            worst = max(worst, float(np.abs(np.where(entry_id != 0, share - there, 0)).max()))
    return worst


@command('test_exr_difference')
def test_exr_difference(session, params):
    """{one, other} → {channels, missing, worst, worstChannel, manifests}; `worst` is relative where a value is over 1"""
    with exr.Reader(params['one']) as one, exr.Reader(params['other']) as other:
        first, second = one.read(), other.read()
        manifests = [
            {value for name, (_, value) in each.attributes.items() if name.startswith('cryptomatte/')} for each in (one, other)
        ]
    mattes = [{name: values for name, values in each.items() if sample_merge.CRYPTOMATTE.match(name)} for each in (first, second)]
    worst, channel = 0.0, None
    for name in first.keys() & second.keys() - mattes[0].keys():
        a, b = first[name].astype(np.float64), second[name].astype(np.float64)
        difference = float((np.abs(a - b) / np.maximum(1, np.abs(a))).max())
        if difference > worst:
            worst, channel = difference, name
    return {
        'channels': len(first),
        'missing': sorted(first.keys() ^ second.keys()),
        'worst': worst,
        'worstChannel': channel,
        'mattes': matte_difference(spread(mattes[0]), spread(mattes[1])) if mattes[0] else None,
        'manifests': manifests[0] == manifests[1],
    }


@command('test_picture_difference')
def test_picture_difference(session, params):
    """{one, other} → {worst}: of two finished pictures, 0 to 1"""
    pixels = []
    for path in (params['one'], params['other']):
        image = bpy.data.images.load(path, check_existing=False)
        values = np.empty(len(image.pixels), np.float32)
        image.pixels.foreach_get(values)
        pixels.append(values)
        bpy.data.images.remove(image)
    return {'worst': float(np.abs(pixels[0] - pixels[1]).max())}


@command('test_cut')
def test_cut(session, params):
    """{source, output, bytes}: the first bytes of a file"""
    with open(params['source'], 'rb') as source, open(params['output'], 'wb') as output:
        output.write(source.read(params['bytes']))
    return {}
