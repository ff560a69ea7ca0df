# SPDX-License-Identifier: GPL-3.0-or-later
"""Small scenes for the tests, as commands."""

import hashlib
import os
import signal
import time
from array import array

import bpy
import numpy as np

from backlot_runtime import exr
from backlot_runtime.commands import command

HANDLER = """
import bpy, os, subprocess, sys, time
%sdef on_frame(scene, *_):
    %s
bpy.app.handlers.frame_change_post.append(on_frame)
"""
FAILING = "raise ValueError('no such bone: hip.%d' % scene.frame_current)"


def cube_scene(with_camera=True):
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.name = 'Cube'
    bpy.ops.mesh.primitive_cube_add()
    cube = bpy.context.object
    cube.rotation_euler = (0, 0, 0)
    cube.keyframe_insert('rotation_euler', frame=1)
    cube.rotation_euler = (0, 0, 1)
    cube.keyframe_insert('rotation_euler', frame=10)
    light = bpy.data.objects.new('Sun', bpy.data.lights.new('Sun', 'SUN'))
    light.rotation_euler = (0.6, 0.3, 0)
    light.data.energy = 3
    scene.collection.objects.link(light)
    if with_camera:
        camera = bpy.data.objects.new('Camera', bpy.data.cameras.new('Camera'))
        camera.location, camera.rotation_euler = (5, -5, 4), (1.05, 0, 0.785)
        scene.collection.objects.link(camera)
        scene.camera = camera
    scene.frame_start, scene.frame_end = 1, 10
    scene.render.engine = 'CYCLES'
    scene.cycles.samples = 4
    scene.cycles.use_denoising = False
    scene.render.resolution_x = scene.render.resolution_y = 64
    return scene


def animate(scene):
    """Everything that Blender has to bring up to date between frames, and nothing that needs the frames before."""
    cube, light, camera = (bpy.data.objects[name] for name in ('Cube', 'Sun', 'Camera'))

    def keyed(target, path, values, index=-1):
        for frame, value in values:
            if index < 0:
                setattr(target, path, value)
            else:
                getattr(target, path)[index] = value
            target.keyframe_insert(path, index=index, frame=frame)

    # Its shape, how many of it there are, and waves that go by the frame.
    cube.shape_key_add(name='Basis')
    pulled = cube.shape_key_add(name='Pulled')
    pulled.data[0].co.z -= 1.5
    keyed(pulled, 'value', ((1, 0), (6, 1)))
    array = cube.modifiers.new('Row', 'ARRAY')
    keyed(array, 'count', ((1, 1), (6, 4)))
    cube.modifiers.new('Smooth', 'SUBSURF').render_levels = 3
    cube.modifiers.new('Waves', 'WAVE').height = 0.3
    # One that is there in some frames only.
    bpy.ops.mesh.primitive_monkey_add(location=(0, -2, 1))
    keyed(bpy.context.object, 'hide_render', ((1, True), (3, False), (5, True)))
    # A material that changes, a light that follows a driver, a camera that moves while its shutter is open.
    material = bpy.data.materials.new('Stone')
    material.use_nodes = True
    nodes, links = material.node_tree.nodes, material.node_tree.links
    noise = nodes.new('ShaderNodeTexNoise')
    noise.noise_dimensions = '4D'
    keyed(noise.inputs['W'], 'default_value', ((1, 0), (6, 5)))
    shader = next(node for node in nodes if node.type == 'BSDF_PRINCIPLED')
    links.new(noise.outputs['Color'], shader.inputs['Base Color'])
    cube.data.materials.append(material)
    light.data.driver_add('energy').driver.expression = '1 + frame'
    keyed(camera, 'location', ((1, -5), (6, -8)), index=1)
    scene.render.use_motion_blur = True


def save(path):
    bpy.ops.wm.save_as_mainfile(filepath=path, compress=False)
    return {'file': path}


@command('test_scene')
def test_scene(session, params):
    """{file, kind: plain | no_camera | script | missing | endless | movie | radiance | dark | film | cropped | denoise | markers | bright | infinite | no_numbers | animated | views_apart, script?, codec?}

    `codec`: of the kinds `infinite` and `no_numbers`, an EXR's compression.
    `script`: what the handler of the kind `script` does at every frame, one statement.
    """
    session.file = None
    kind = params['kind']
    scene = cube_scene(with_camera=kind != 'no_camera')
    if kind == 'animated':
        animate(scene)
    elif kind == 'views_apart':
        scene.render.use_multiview = True
        scene.render.image_settings.views_format = 'INDIVIDUAL'
    elif kind == 'script':
        text = bpy.data.texts.new('rig.py')
        # A statement that is given stays for the files that are opened later.
        given = params.get('script')
        text.write(HANDLER % (('@bpy.app.handlers.persistent\n', given) if given else ('', FAILING)))
        text.use_module = True
    elif kind == 'missing':
        image = bpy.data.images.new('Wood', 4, 4)
        image.source = 'FILE'
        image.filepath = '//textures/wood.png'
        image.use_fake_user = True
    elif kind == 'endless':
        scene.cycles.samples = 100_000
        scene.cycles.use_adaptive_sampling = False
        scene.render.resolution_x = scene.render.resolution_y = 512
    elif kind == 'movie':
        if hasattr(scene.render.image_settings, 'media_type'):
            scene.render.image_settings.media_type = 'VIDEO'
        scene.render.image_settings.file_format = 'FFMPEG'
    elif kind == 'radiance':
        scene.render.image_settings.file_format = 'HDR'
    elif kind == 'bright':
        scene.view_settings.view_transform = 'Standard'
        scene.view_settings.exposure = 2
        scene.render.image_settings.file_format = 'OPEN_EXR'
    elif kind == 'markers':
        blind = bpy.data.objects.new('Blind', bpy.data.cameras.new('Blind'))
        blind.rotation_euler = (3.1, 0, 0)
        blind.location = (0, 0, 90)
        scene.collection.objects.link(blind)
        for frame, camera in ((1, scene.camera), (5, blind)):
            scene.timeline_markers.new('Cut', frame=frame).camera = camera
    elif kind == 'dark':
        bpy.data.lights['Sun'].energy = 0
        scene.world = None
    elif kind == 'film':
        scene.render.film_transparent = True
        scene.render.image_settings.color_mode = 'RGBA'
        bpy.data.objects['Cube'].hide_render = True
    elif kind == 'cropped':
        scene.render.use_border = scene.render.use_crop_to_border = True
        scene.render.border_max_x = 0.3
    elif kind == 'denoise':
        scene.cycles.use_denoising = True
    elif kind in ('infinite', 'no_numbers'):
        overexpose(scene, and_subtract=kind == 'no_numbers')
        scene.render.image_settings.exr_codec = params.get('codec', 'ZIP')
    return save(params['file'])


def overexpose(scene, and_subtract):
    """A compositor that makes every pixel infinite. `and_subtract`: that from itself, which is not a number."""
    scene.render.image_settings.file_format = 'OPEN_EXR'
    # A half has no number that large, and is cut off; it can be no number, though.
    scene.render.image_settings.color_depth = '16' if and_subtract else '32'
    if bpy.app.version >= (5, 0, 0):
        tree = bpy.data.node_groups.new('Compositor', 'CompositorNodeTree')
        tree.interface.new_socket('Image', in_out='OUTPUT', socket_type='NodeSocketColor')
        scene.compositing_node_group = tree
        output = tree.nodes.new('NodeGroupOutput')
    else:
        scene.use_nodes = True
        tree = scene.node_tree
        tree.nodes.clear()
        output = tree.nodes.new('CompositorNodeComposite')
    scene.world = bpy.data.worlds.new('Sky')  # nothing times whatever is nothing
    socket = tree.nodes.new('CompositorNodeRLayers').outputs['Image']
    for _ in range(20):
        node = tree.nodes.new('CompositorNodeExposure')
        node.inputs['Exposure'].default_value = 10
        tree.links.new(socket, node.inputs['Image'])
        socket = node.outputs['Image']
    if and_subtract:
        mix = tree.nodes.new('CompositorNodeMixRGB' if hasattr(bpy.types, 'CompositorNodeMixRGB') else 'ShaderNodeMix')
        if hasattr(mix, 'data_type'):
            mix.data_type = 'RGBA'
        mix.blend_type = 'SUBTRACT'
        mix.inputs[0].default_value = 1
        for each in [each for each in mix.inputs if each.type == 'RGBA']:
            tree.links.new(socket, each)
        socket = next(each for each in mix.outputs if each.type == 'RGBA')
    tree.links.new(socket, output.inputs[0])


@command('test_float_picture')
def test_float_picture(session, params):
    """{path, names: of the red channels, wrong: how many pixels of the last of them are NaN} → {}: an EXR of 8 x 4 pixels"""
    channels = {}
    for name in params['names']:
        pixels = np.full(32, 0.5, np.float32)
        if name == params['names'][-1]:
            pixels[: params['wrong']] = np.nan
        for each in 'RGB':
            channels[name[:-1] + each] = pixels
        channels[name[:-1] + 'A'] = np.ones(32, np.float32)
    exr.write(params['path'], {name: values.reshape(4, 8) for name, values in channels.items()})
    return {}


@command('test_pixels')
def test_pixels(session, params):
    """{path} → {hash} of the picture's pixels, whatever is said beside them."""
    image = bpy.data.images.load(params['path'], check_existing=False)
    try:
        values = array('f', bytes(4 * len(image.pixels)))
        image.pixels.foreach_get(values)
        return {'hash': hashlib.sha256(values.tobytes()).hexdigest()}
    finally:
        bpy.data.images.remove(image)


@command('test_crash')
def test_crash(session, params):
    os.kill(os.getpid(), signal.SIGSEGV)
    return {}


@command('test_sleep')
def test_sleep(session, params):
    time.sleep(params['seconds'])
    return {}


@command('test_environment')
def test_environment(session, params):
    return {'environment': dict(os.environ)}
