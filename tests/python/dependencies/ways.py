# SPDX-License-Identifier: GPL-3.0-or-later
"""Cases: the ways from a data-block to an image that it needs."""

import bpy

from parts import (
    HOLDER,
    SCENE,
    VERSION,
    case,
    image,
    light_node,
    material,
    mesh,
    modifier,
    node_modifier,
    put,
    texture,
)


@case('image')
def way_node_group():
    group = bpy.data.node_groups.new('Group', 'ShaderNodeTree')
    group.nodes.new('ShaderNodeTexImage').image = image()
    made = bpy.data.materials.new('Grouped')
    made.use_nodes = True
    made.node_tree.nodes.new('ShaderNodeGroup').node_tree = group
    mesh().data.materials.append(made)
    return HOLDER


@case('image')
def way_object_slot():
    made = mesh()
    made.data.materials.append(None)
    made.material_slots[0].link = 'OBJECT'
    made.material_slots[0].material = material()
    return HOLDER


@case('image')
def way_world():
    world = bpy.data.worlds.new('World')
    world.use_nodes = True
    world.node_tree.nodes.new('ShaderNodeTexEnvironment').image = image()
    bpy.context.scene.world = world
    return SCENE


@case('image')
def way_light():
    light_node('ShaderNodeTexImage').image = image()
    return HOLDER


@case('image')
def way_camera_background():
    camera = bpy.data.cameras.new('Camera')
    camera.background_images.new().image = image()
    put(camera)
    return HOLDER


@case('image')
def way_empty():
    made = put(None)
    made.empty_display_type = 'IMAGE'
    made.data = image()
    return HOLDER


@case('image')
def way_boolean_cutter():
    modifier('BOOLEAN').object = mesh('Cutter', textured=True)
    return HOLDER


@case('image')
def way_array_cap():
    modifier('ARRAY').start_cap = mesh('Cap', textured=True)
    return HOLDER


@case('image')
def way_displace():
    modifier('DISPLACE').texture = texture()
    return HOLDER


@case('image')
def way_parent():
    mesh().parent = mesh('Parent', textured=True)
    return HOLDER


@case('image')
def way_child_is_none():
    mesh('Child', textured=True).parent = mesh()
    return HOLDER


@case('image')
def way_constraint():
    put(None).constraints.new('COPY_LOCATION').target = mesh('Target', textured=True)
    return HOLDER


@case('image')
def way_driver():
    variable = put(None).driver_add('location', 0).driver.variables.new()
    variable.targets[0].id = mesh('Driver', textured=True)
    return HOLDER


@case('image')
def way_custom_property():
    put(None)['group'] = {'picture': image()}
    return HOLDER


@case('image')
def way_instanced_collection():
    collection = bpy.data.collections.new('Instanced')
    inner = bpy.data.objects.new('Inner', bpy.data.meshes.new('Inner'))
    inner.data.materials.append(material())
    collection.objects.link(inner)
    holder = put(None)
    holder.instance_type, holder.instance_collection = 'COLLECTION', collection
    return HOLDER


@case('image')
def way_particles():
    holder = mesh()
    holder.modifiers.new('Particles', 'PARTICLE_SYSTEM')
    settings = holder.particle_systems[0].settings
    settings.render_type, settings.instance_object = 'OBJECT', mesh('Instance', textured=True)
    settings.texture_slots.add().texture = texture()
    return HOLDER


@case('image', (3, 3, 0))
def way_hair_material():
    curves = bpy.data.hair_curves.new('Hair')
    curves.materials.append(material())
    put(curves)
    return HOLDER


@case('image')
def way_curve_bevel():
    curve = bpy.data.curves.new('Curve', 'CURVE')
    bevel = put(bpy.data.curves.new('Bevel', 'CURVE'), 'Bevel')
    bevel.data.materials.append(material())
    curve.bevel_mode, curve.bevel_object = 'OBJECT', bevel
    put(curve)
    return HOLDER


@case('image')
def way_geometry_node():
    node_modifier()[1].nodes.new('GeometryNodeImageTexture').inputs['Image'].default_value = image()
    return HOLDER


@case('image', (4, 0, 0))
def way_geometry_modifier_input():
    made, tree = node_modifier()
    socket = tree.interface.new_socket('Picture', in_out='INPUT', socket_type='NodeSocketImage')
    made[socket.identifier] = image()
    return HOLDER


@case('image')
def way_compositor():
    scene = bpy.context.scene
    if VERSION >= (5, 0, 0):
        tree = scene.compositing_node_group = bpy.data.node_groups.new('Compositor', 'CompositorNodeTree')
    else:
        scene.use_nodes = True
        tree = scene.node_tree
    tree.nodes.new('CompositorNodeImage').image = image()
    return SCENE


@case('image')
def way_freestyle():
    style = bpy.data.linestyles.new('Style')
    style.texture_slots.add().texture = texture()
    bpy.context.scene.view_layers[0].freestyle_settings.linesets.new('Lines').linestyle = style
    return SCENE


@case('image')
def way_background_scene():
    bpy.context.scene.background_set = bpy.data.scenes.new('Set')
    made = bpy.data.objects.new('InSet', bpy.data.meshes.new('InSet'))
    made.data.materials.append(material())
    bpy.data.scenes['Set'].collection.objects.link(made)
    return SCENE
