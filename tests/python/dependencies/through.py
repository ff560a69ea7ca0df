# SPDX-License-Identifier: GPL-3.0-or-later
"""Cases: more ways from an object to what it needs; each ends at the image of a material."""

import bpy

from parts import ASSETS, HOLDER, VERSION, case, image, material, mesh, modifier, needs, node_modifier, put, texture


def textured(name='Other'):
    return mesh(name, textured=True)


def collection():
    made = bpy.data.collections.new('Collection')
    outer = bpy.data.collections.new('Outer')
    outer.children.link(made)
    inner = bpy.data.objects.new('Inner', bpy.data.meshes.new('Inner'))
    inner.data.materials.append(material())
    made.objects.link(inner)
    return outer


def armature():
    made = put(bpy.data.armatures.new('Armature'))
    bpy.context.view_layer.objects.active = made
    bpy.ops.object.mode_set(mode='EDIT')
    made.data.edit_bones.new('Bone').tail = (0, 0, 1)
    bpy.ops.object.mode_set(mode='OBJECT')
    return made.pose.bones['Bone']


def particles():
    made = mesh()
    made.modifiers.new('Particles', 'PARTICLE_SYSTEM')
    return made.particle_systems[0].settings


@case('image')
def way_force_field():
    made = put(None)
    bpy.context.view_layer.objects.active = made
    bpy.ops.object.forcefield_toggle()
    made.field.type = 'TEXTURE'
    made.field.texture = texture()
    return HOLDER


@case('image')
def way_effector_collection():
    particles().effector_weights.collection = collection()
    return HOLDER


@case('image')
def way_particle_collection():
    settings = particles()
    settings.render_type, settings.instance_collection = 'COLLECTION', collection()
    return HOLDER


@case('image')
def way_bone_shape():
    armature().custom_shape = textured()
    return HOLDER


@case('image')
def way_bone_constraint():
    armature().constraints.new('ARMATURE').targets.new().target = textured()
    return HOLDER


@case('image')
def way_bone_property():
    armature()['picture'] = image()
    return HOLDER


@case('image')
def way_lattice():
    lattice = put(bpy.data.lattices.new('Lattice'), 'Lattice')
    lattice.parent = textured()
    modifier('LATTICE').object = lattice
    return HOLDER


@case('image')
def way_shape_key_driver():
    made = mesh()
    made.data.from_pydata([(0, 0, 0)], [], [])
    made.shape_key_add(name='Basis')
    key = made.shape_key_add(name='Key')
    key.driver_add('value').driver.variables.new().targets[0].id = textured()
    return HOLDER


@case('image')
def way_node_driver():
    made = bpy.data.materials.new('Driven')
    made.use_nodes = True
    mesh().data.materials.append(made)
    value = made.node_tree.nodes.new('ShaderNodeValue').outputs[0]
    value.driver_add('default_value').driver.variables.new().targets[0].id = textured()
    return HOLDER


@case('image')
def way_action():
    """An animation strip, its action, the action's own property."""
    made = put(None)
    action = bpy.data.actions.new('Action')
    action['picture'] = image()
    made.animation_data_create().nla_tracks.new().strips.new('Strip', 1, action)
    return HOLDER


@case('image')
def way_rigid_body_constraint():
    bpy.ops.rigidbody.world_add()
    made = put(None)
    bpy.context.view_layer.objects.active = made
    bpy.ops.rigidbody.constraint_add()
    made.rigid_body_constraint.object1 = textured()
    return HOLDER


@case('image')
def way_instanced_collection_of_collections():
    holder = put(None)
    holder.instance_type, holder.instance_collection = 'COLLECTION', collection()
    return HOLDER


@case('image')
def way_camera_focus():
    camera = bpy.data.cameras.new('Camera')
    camera.dof.focus_object = textured()
    put(camera)
    return HOLDER


@case('image')
@needs('a.vdb', 'tex.png')
def way_volume_material():
    volume = bpy.data.volumes.new('Volume')
    volume.filepath = ASSETS.path('a.vdb')
    volume.materials.append(material())
    put(volume)
    return HOLDER


@case('image', (4, 1, 0))
def way_point_cloud_material():
    cloud = bpy.data.pointclouds.new('Cloud')
    cloud.materials.append(material())
    put(cloud)
    return HOLDER


@case('image')
def way_metaball_material():
    ball = bpy.data.metaballs.new('Ball')
    ball.materials.append(material())
    put(ball)
    return HOLDER


@case('image')
def way_text_on_curve():
    text = bpy.data.curves.new('Text', 'FONT')
    follow = put(bpy.data.curves.new('Follow', 'CURVE'), 'Follow')
    follow.data.materials.append(material())
    text.follow_curve = follow
    put(text)
    return HOLDER


@case('image')
def way_grease_pencil_material():
    """The old grease pencil to 4.2, then the new one."""
    made = bpy.data.materials.new('Stroke')
    bpy.data.materials.create_gpencil_data(made)
    made.grease_pencil.fill_style, made.grease_pencil.fill_image = 'TEXTURE', image()
    pencil = getattr(bpy.data, 'grease_pencils_v3', bpy.data.grease_pencils).new('Pencil')
    pencil.materials.append(made)
    put(pencil)
    return HOLDER


@case('image')
def way_grease_pencil_modifier():
    holder = put(getattr(bpy.data, 'grease_pencils_v3', bpy.data.grease_pencils).new('Pencil'))
    if VERSION >= (4, 3, 0):
        holder.modifiers.new('Lines', 'LINEART').source_object = textured()
    else:
        holder.grease_pencil_modifiers.new('Lines', 'GP_LINEART').source_object = textured()
    return HOLDER


@case('image', (3, 3, 0))
def way_hair_surface():
    curves = bpy.data.hair_curves.new('Hair')
    curves.surface = textured()
    put(curves)
    return HOLDER


@case('image')
def way_dynamic_paint():
    made = modifier('DYNAMIC_PAINT')
    made.ui_type = 'CANVAS'
    bpy.context.view_layer.objects.active = bpy.data.objects['Holder']
    bpy.ops.dpaint.type_toggle(type='CANVAS')
    surface = made.canvas_settings.canvas_surfaces[0]
    surface.brush_collection = collection()
    return HOLDER


@case('image')
def way_fluid_collection():
    made = modifier('FLUID')
    made.fluid_type = 'DOMAIN'
    made.domain_settings.cache_directory = ASSETS.path('fluid')
    made.domain_settings.fluid_group = collection()
    return HOLDER


@case('image')
def way_cloth_collection():
    modifier('CLOTH').collision_settings.collection = collection()
    return HOLDER


@case('image', (4, 0, 0))
def way_light_linking():
    light = put(bpy.data.lights.new('Light', 'POINT'))
    light.light_linking.receiver_collection = collection()
    return HOLDER


@case('image')
def way_texture_nodes():
    made = bpy.data.textures.new('Texture', 'CLOUDS')
    made.use_nodes = True
    made.node_tree.nodes.new('TextureNodeImage').image = image()
    modifier('DISPLACE').texture = made
    return HOLDER


@case('image')
def way_brush_texture():
    brush = bpy.data.brushes.new('Brush', mode='TEXTURE_PAINT')
    brush.use_fake_user = True
    brush.mask_texture = texture()
    return ('brushes', 'Brush')


@case('image', (4, 0, 0))
def way_geometry_modifier_inputs():
    """Objects, collections and materials as inputs of a modifier; one group in another."""
    made, tree = node_modifier()
    inputs = {kind: tree.interface.new_socket(kind, in_out='INPUT', socket_type='NodeSocket' + kind)
              for kind in ('Object', 'Collection', 'Material')}
    made[inputs['Object'].identifier] = textured()
    made[inputs['Collection'].identifier] = collection()
    made[inputs['Material'].identifier] = material()
    return HOLDER


@case('image')
def way_geometry_group_in_group():
    inner = bpy.data.node_groups.new('Inner', 'GeometryNodeTree')
    inner.nodes.new('GeometryNodeObjectInfo').inputs['Object'].default_value = textured()
    tree = node_modifier()[1]
    tree.nodes.new('GeometryNodeGroup').node_tree = inner
    return HOLDER


@case('image')
def way_shader_group_in_group():
    inner = bpy.data.node_groups.new('Inner', 'ShaderNodeTree')
    inner.nodes.new('ShaderNodeTexEnvironment').image = image()
    outer = bpy.data.node_groups.new('Outer', 'ShaderNodeTree')
    outer.nodes.new('ShaderNodeGroup').node_tree = inner
    made = bpy.data.materials.new('Grouped')
    made.use_nodes = True
    made.node_tree.nodes.new('ShaderNodeGroup').node_tree = outer
    mesh().data.materials.append(made)
    return HOLDER
