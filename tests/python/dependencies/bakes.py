# SPDX-License-Identifier: GPL-3.0-or-later
"""Cases: what was really baked to a disk, two frames each, beside the .blend of the case."""

import inspect
import os
import shutil

import bpy

from parts import ASSETS, HOLDER, SCENE, case, cube, mesh, modifier, needs, node_modifier, put


def saved():
    """Caches lie beside the file, so it has to be somewhere first. Its path without the ending."""
    scene = bpy.context.scene
    scene.frame_start, scene.frame_end = 1, 2
    name = inspect.stack()[1].function
    path = os.path.join(os.path.dirname(ASSETS.folder), name)
    bpy.ops.wm.save_as_mainfile(filepath=path + '.blend')
    return path


def blendcache(case, cache):
    return ['../blendcache_%s/%s_%06d_00.bphys' % (case, cache, frame) for frame in (1, 2)]


def bake(cache, name=''):
    cache.name, cache.frame_start, cache.frame_end = name, 1, 2
    cache.use_disk_cache = True
    with bpy.context.temp_override(scene=bpy.context.scene, point_cache=cache):
        bpy.ops.ptcache.bake(bake=True)


@case('point_cache')
def bake_particles():
    saved()
    holder = cube()
    holder.modifiers.new('Particles', 'PARTICLE_SYSTEM')
    bake(holder.particle_systems[0].point_cache)
    return HOLDER


@case('point_cache')
@needs(*blendcache('bake_cloth', 'my cloth'))
def bake_cloth():
    saved()
    bake(cube().modifiers.new('Cloth', 'CLOTH').point_cache, 'my cloth')
    return HOLDER


@case('point_cache')
def bake_cloth_of_each_file():
    """Beside the file that is opened, also through a library."""
    path = saved()
    cache = cube().modifiers.new('Cloth', 'CLOTH').point_cache
    cache.use_library_path = False
    bake(cache)
    shutil.copytree('%s/blendcache_%s' % os.path.split(path), '%s/blendcache_%s.linked' % os.path.split(path),
                    dirs_exist_ok=True)
    return HOLDER


@case('point_cache')
@needs(*blendcache('bake_soft_body', '486F6C646572'))
def bake_soft_body():
    saved()
    bake(cube().modifiers.new('Soft', 'SOFT_BODY').point_cache)
    return HOLDER


@case('point_cache')
def bake_dynamic_paint():
    saved()
    holder = cube()
    holder.modifiers.new('Paint', 'DYNAMIC_PAINT').ui_type = 'CANVAS'
    bpy.context.view_layer.objects.active = holder
    bpy.ops.dpaint.type_toggle(type='CANVAS')
    surface = holder.modifiers[0].canvas_settings.canvas_surfaces[0]
    bake(surface.point_cache)
    return HOLDER


@case('ocean_cache')
@needs(*['oceans/%s_000%d.exr' % (name, frame) for name in ('disp', 'foam') for frame in (1, 2)])
def bake_ocean():
    saved()
    holder = cube()
    made = holder.modifiers.new('Ocean', 'OCEAN')
    made.resolution, made.frame_start, made.frame_end, made.use_foam = 2, 1, 2, True
    made.filepath = ASSETS.path('oceans')
    bpy.context.view_layer.objects.active = holder
    bpy.ops.object.ocean_bake(modifier='Ocean')
    return HOLDER


# The modules of newer ones abort.
@case('fluid_cache', before=(4, 0, 0))
def bake_fluid():
    saved()
    holder = cube()
    made = holder.modifiers.new('Fluid', 'FLUID')
    made.fluid_type = 'DOMAIN'
    domain = made.domain_settings
    domain.cache_directory = ASSETS.path('fluids')
    domain.cache_type, domain.resolution_max, domain.cache_frame_start, domain.cache_frame_end = 'ALL', 6, 1, 2
    bpy.context.view_layer.objects.active = holder
    bpy.ops.fluid.bake_all()
    return HOLDER


@case('multires')
@needs('cube.btx')
def bake_multires():
    saved()
    holder = cube()
    holder.modifiers.new('Multires', 'MULTIRES')
    bpy.context.view_layer.objects.active = holder
    bpy.ops.object.multires_subdivide(modifier='Multires')
    bpy.ops.object.multires_external_save(filepath=ASSETS.path('cube.btx'), modifier='Multires')
    return HOLDER


@case('geometry_bake', (4, 1, 0))
def bake_geometry_node():
    saved()
    made, tree = node_modifier(cube())
    tree.interface.new_socket('Geometry', in_out='INPUT', socket_type='NodeSocketGeometry')
    tree.interface.new_socket('Geometry', in_out='OUTPUT', socket_type='NodeSocketGeometry')
    nodes = tree.nodes
    start, end, node = nodes.new('NodeGroupInput'), nodes.new('NodeGroupOutput'), nodes.new('GeometryNodeBake')
    tree.links.new(start.outputs[0], node.inputs[0])
    tree.links.new(node.outputs[0], end.inputs[0])
    holder = bpy.data.objects['Holder']
    bpy.context.view_layer.objects.active = holder
    bpy.context.view_layer.update()
    made.bake_directory = ASSETS.path('gn')
    if hasattr(made, 'bake_target'):
        made.bake_target = 'DISK'
    bpy.ops.object.geometry_node_bake_single(modifier_name=made.name, bake_id=made.bakes[0].bake_id,
                                             session_uid=holder.session_uid)
    return HOLDER
