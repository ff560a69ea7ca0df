# SPDX-License-Identifier: GPL-3.0-or-later
"""Cases: paths in sockets and in custom properties."""

import bpy

from parts import ASSETS, HOLDER, case, mesh, needs, node_modifier, put

KINDS_OF_IMPORT = ('CSV', 'OBJ', 'PLY', 'STL', 'Text', 'VDB')


@case('geometry_import', (4, 5, 0))
@needs(*['in/a.%s' % kind.lower() for kind in KINDS_OF_IMPORT])
def import_nodes():
    tree = node_modifier()[1]
    for kind in KINDS_OF_IMPORT:
        tree.nodes.new('GeometryNodeImport' + kind).inputs['Path'].default_value = ASSETS.copy('a.obj', 'in/a.' + kind.lower())
    return HOLDER


@case('geometry_import', (4, 5, 0))
@needs('in/group.obj')
def import_through_group():
    """The path is a value of the group node, and comes to the import through it."""
    inner = bpy.data.node_groups.new('Inner', 'GeometryNodeTree')
    socket = inner.interface.new_socket('File', in_out='INPUT', socket_type='NodeSocketString')
    socket.subtype = 'FILE_PATH'
    inner.links.new(inner.nodes.new('NodeGroupInput').outputs[0], inner.nodes.new('GeometryNodeImportOBJ').inputs['Path'])
    group = node_modifier()[1].nodes.new('GeometryNodeGroup')
    group.node_tree = inner
    group.inputs['File'].default_value = ASSETS.copy('a.obj', 'in/group.obj')
    return HOLDER


def path_property(owner, name, path, subtype):
    owner[name] = path
    owner.id_properties_ui(name).update(subtype=subtype)


@case('custom_property')
@needs('in/of_object.txt', 'in/of_bone.txt')
def property_paths():
    """Of files, where they are; a folder is nothing that could be taken along."""
    armature = put(bpy.data.armatures.new('Armature'))
    bpy.context.view_layer.objects.active = armature
    bpy.ops.object.mode_set(mode='EDIT')
    armature.data.edit_bones.new('Bone').tail = (0, 0, 1)
    bpy.ops.object.mode_set(mode='OBJECT')
    path_property(armature, 'file', ASSETS.copy('a.txt', 'in/of_object.txt'), 'FILE_PATH')
    path_property(armature.pose.bones['Bone'], 'file', ASSETS.copy('a.txt', 'in/of_bone.txt'), 'FILE_PATH')
    path_property(armature, 'gone', ASSETS.path('in/gone.txt'), 'FILE_PATH')
    path_property(armature, 'folder', ASSETS.path('in') + '/', 'DIR_PATH')
    armature['plain'] = ASSETS.path('a.txt')
    return HOLDER
