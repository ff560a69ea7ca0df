# SPDX-License-Identifier: GPL-3.0-or-later
"""Scenes for the end-to-end tests, as commands: small, but with every way of referring to a file."""

import os
import shutil

import bpy
import numpy

from backlot_runtime.commands import command


def picture(path, colour):
    """A flat 8 × 8 PNG."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    image = bpy.data.images.new(os.path.basename(path), 8, 8)
    image.pixels = list(colour) * 64
    image.filepath_raw = path
    image.file_format = 'PNG'
    image.save()
    bpy.data.images.remove(image)


def material_of(image):
    material = bpy.data.materials.new('Textured')
    material.use_nodes = True
    nodes, links = material.node_tree.nodes, material.node_tree.links
    texture = nodes.new('ShaderNodeTexImage')
    texture.image = image
    emission = nodes.new('ShaderNodeEmission')
    links.new(texture.outputs['Color'], emission.inputs['Color'])
    links.new(emission.outputs['Emission'], nodes['Material Output'].inputs['Surface'])
    return material, texture


def stage(frames, samples=1, size=32):
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.name = 'Shot'
    scene.frame_start, scene.frame_end = 1, frames
    scene.render.engine = 'CYCLES'
    scene.cycles.samples = samples
    scene.cycles.use_denoising = False
    scene.cycles.use_adaptive_sampling = False
    scene.render.resolution_x = scene.render.resolution_y = size
    scene.view_settings.view_transform = 'Standard'
    camera = bpy.data.objects.new('Camera', bpy.data.cameras.new('Camera'))
    camera.location = (0, 0, 5)
    scene.collection.objects.link(camera)
    scene.camera = camera
    return scene


def plane(material, x=0.0):
    bpy.ops.mesh.primitive_plane_add(size=3)
    thing = bpy.context.object
    thing.location.x = x
    thing.data.materials.append(material)
    return thing


def terrain(levels):
    """A static ground of 32 × 32 × 4 ** levels faces, made when the scene is loaded: subdivided and displaced."""
    bpy.ops.mesh.primitive_grid_add(x_subdivisions=32, y_subdivisions=32, size=40, location=(0, 0, -3))
    ground = bpy.context.object
    divide = ground.modifiers.new('Divide', 'SUBSURF')
    divide.subdivision_type = 'SIMPLE'
    divide.levels, divide.render_levels = 0, levels
    ground.modifiers.new('Hills', 'DISPLACE').texture = bpy.data.textures.new('Hills', 'CLOUDS')
    ground.data.materials.append(bpy.data.materials.new('Ground'))


def save(path):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    bpy.ops.wm.save_as_mainfile(filepath=path, compress=False)


@command('project')
def project(session, params):
    """{folder, frames?, samples?, size?, terrain?}: shots/scene.blend with a texture, a sequence, a UDIM set, a library, and a
    terrain of that many levels."""
    session.file = None
    folder = params['folder']
    textures = os.path.join(folder, 'textures')
    picture(os.path.join(textures, 'red.png'), (1, 0, 0, 1))
    for tile in (1001, 1002):
        picture(os.path.join(textures, 'tiles.%d.png' % tile), (0, 1, 0, 1))
    for frame in range(1, 6):
        picture(os.path.join(textures, 'seq', 'f_%04d.png' % frame), (0, 0, frame / 5, 1))

    stage(1)
    library = os.path.join(folder, 'lib', 'props.blend')
    image = bpy.data.images.load(os.path.join(textures, 'red.png'))
    material, _ = material_of(image)
    prop = plane(material)
    prop.name = 'Prop'
    save(library)
    bpy.ops.file.make_paths_relative()
    bpy.ops.wm.save_mainfile(compress=False)

    scene = stage(params.get('frames', 3), params.get('samples', 1), params.get('size', 32))
    main = os.path.join(folder, 'shots', 'scene.blend')
    save(main)
    with bpy.data.libraries.load(library, link=True, relative=True) as (source, target):
        target.objects = ['Prop']
    scene.collection.objects.link(target.objects[0])
    sequence = bpy.data.images.load(os.path.join(textures, 'seq', 'f_0001.png'))
    sequence.source = 'SEQUENCE'
    material, texture = material_of(sequence)
    texture.image_user.frame_duration = 5
    texture.image_user.use_auto_refresh = True
    plane(material, 3)
    tiles = bpy.data.images.load(os.path.join(textures, 'tiles.1001.png'))
    tiles.source = 'TILED'
    tiles.filepath = os.path.join(textures, 'tiles.<UDIM>.png')
    material, _ = material_of(tiles)
    plane(material, -3)
    if params.get('terrain'):
        terrain(params['terrain'])
    bpy.ops.file.make_paths_relative()
    bpy.ops.wm.save_mainfile(compress=False)
    return {'file': main}


@command('single')
def single(session, params):
    """{file, texture?, makeTexture?, camera?, script?, frames?, samples?, size?}: one plane.

    `texture` is the path as it is stored; `makeTexture`: a red picture is there.
    """
    session.file = None
    scene = stage(params.get('frames', 1), params.get('samples', 1), params.get('size', 32))
    image = bpy.data.images.new('Wood', 4, 4)
    if params.get('texture'):
        image.source = 'FILE'
        image.filepath = params['texture']
    if params.get('makeTexture'):
        path = params['texture']
        path = os.path.join(os.path.dirname(params['file']), path[2:]) if path.startswith('//') else path
        picture(os.path.normpath(path), (1, 0, 0, 1))
    material, _ = material_of(image)
    plane(material)
    if params.get('camera') is False:
        bpy.data.objects.remove(scene.camera)
    if params.get('script'):
        text = bpy.data.texts.new('rig.py')
        text.write(params['script'])
        text.use_module = True
    save(params['file'])
    return {'file': params['file']}


@command('loop')
def loop(session, params):
    """{folder}: a.blend links from b.blend, which links from a.blend."""
    session.file = None
    a, b = (os.path.join(params['folder'], name) for name in ('a.blend', 'b.blend'))

    def empty(name):
        bpy.context.scene.collection.objects.link(bpy.data.objects.new(name, None))

    def link(path, name):
        with bpy.data.libraries.load(path, link=True, relative=True) as (source, target):
            target.objects = [name]
        bpy.context.scene.collection.objects.link(target.objects[0])

    stage(1)
    empty('A')
    save(a)
    stage(1)
    empty('B')
    save(b)
    link(a, 'A')
    bpy.ops.wm.save_mainfile(compress=False)
    bpy.ops.wm.open_mainfile(filepath=a)
    link(b, 'B')
    bpy.ops.wm.save_mainfile(compress=False)
    return {'file': a}


@command('shelf')
def shelf(session, params):
    """{folder, libraries, images, frames?}: root.blend links an object of each library; each has so many images of its
    own, the first of them a sequence of so many frames."""
    session.file = None
    folder = params['folder']
    frames = params.get('frames', 1)
    for number in range(params['libraries']):
        stage(1)
        prop = None
        for index in range(params['images']):
            path = os.path.join(folder, 'textures', '%03d' % number, '%02d.png' % index)
            picture(path, (number % 7 / 7, index / 10, 0, 1))
            image = bpy.data.images.load(path)
            if index == 0 and frames > 1:
                sequence = os.path.join(os.path.dirname(path), 'frame_%04d.png')
                os.rename(path, sequence % 1)
                for frame in range(2, frames + 1):
                    shutil.copyfile(sequence % 1, sequence % frame)
                image.filepath = sequence % 1
                image.source = 'SEQUENCE'
            material, _ = material_of(image)
            prop = prop or plane(material)
            prop.data.materials.append(material)
        prop.name = 'Prop %03d' % number
        library = os.path.join(folder, 'libraries', 'prop_%03d.blend' % number)
        save(library)
        bpy.ops.file.make_paths_relative()
        bpy.ops.wm.save_mainfile(compress=False)

    scene = stage(1)
    root = os.path.join(folder, 'root.blend')
    save(root)
    for number in range(params['libraries']):
        library = os.path.join(folder, 'libraries', 'prop_%03d.blend' % number)
        with bpy.data.libraries.load(library, link=True, relative=True) as (source, target):
            target.objects = ['Prop %03d' % number]
        scene.collection.objects.link(target.objects[0])
    bpy.ops.wm.save_mainfile(compress=False)
    return {'file': root}


@command('hall')
def hall(session, params):
    """{folder, objects, images, side}: scenes/hall.blend with so many objects, each with a mesh of its own (a grid of
    side x side vertices, moved at random) and so many images in textures/; scenes/hall-zstd.blend is the same,
    compressed."""
    session.file = None
    folder = params['folder']
    scene = stage(1)
    textures = os.path.join(folder, 'textures')
    picture(os.path.join(textures, '0000.png'), (1, 0, 0, 1))
    for index in range(params['images']):
        path = os.path.join(textures, '%04d.png' % index)
        if index > 0:
            shutil.copyfile(os.path.join(textures, '0000.png'), path)
        image = bpy.data.images.new('Image %04d' % index, 8, 8)
        image.source = 'FILE'
        image.filepath = path
        image.use_fake_user = True
    bpy.ops.mesh.primitive_grid_add(x_subdivisions=params['side'] - 1, y_subdivisions=params['side'] - 1)
    grid = bpy.context.object.data
    places = numpy.empty(len(grid.vertices) * 3, dtype=numpy.float32)
    grid.vertices.foreach_get('co', places)
    random = numpy.random.default_rng(1)
    for index in range(params['objects']):
        mesh = grid.copy()
        moved = places + random.normal(0, 0.001, len(places)).astype(numpy.float32)
        mesh.vertices.foreach_set('co', moved)
        scene.collection.objects.link(bpy.data.objects.new('Thing %05d' % index, mesh))
    file = os.path.join(folder, 'scenes', 'hall.blend')
    save(file)
    bpy.ops.file.make_paths_relative()
    bpy.ops.wm.save_mainfile(compress=False)
    packed = os.path.join(folder, 'scenes', 'hall-zstd.blend')
    bpy.ops.wm.save_as_mainfile(filepath=packed, compress=True, copy=True)
    return {'file': file, 'packed': packed}


@command('compressed')
def compressed(session, params):
    """{file, to}: the same .blend as Blender compresses it: zstd since 3.0."""
    session.file = None
    bpy.ops.wm.open_mainfile(filepath=params['file'])
    bpy.ops.wm.save_as_mainfile(filepath=params['to'], compress=True, copy=True)
    return {'file': params['to']}
