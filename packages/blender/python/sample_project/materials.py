# SPDX-License-Identifier: GPL-3.0-or-later
"""Materials. Socket names changed in 4.0: `put` takes every name that a value has had."""

import os

import bpy


def put(node, names, value):
    """Sets the first of these inputs that this Blender has."""
    for name in names if isinstance(names, tuple) else (names,):
        if name in node.inputs:
            node.inputs[name].default_value = value
            return
    raise KeyError('%s has none of the inputs %s' % (node.bl_idname, names))


TRANSMISSION = ('Transmission Weight', 'Transmission')
SUBSURFACE = ('Subsurface Weight', 'Subsurface')
COAT = ('Coat Weight', 'Clearcoat')
SHEEN = ('Sheen Weight', 'Sheen')
EMISSION = ('Emission Color', 'Emission')


def principled(name, colour, roughness=0.5, metallic=0.0, **extra):
    """A Principled material; `extra`: coat, sheen, transmission, subsurface (0…1), emission (strength)."""
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    material.diffuse_color = (*colour, 1)
    node = material.node_tree.nodes['Principled BSDF']
    put(node, 'Base Color', (*colour, 1))
    put(node, 'Roughness', roughness)
    put(node, 'Metallic', metallic)
    if 'coat' in extra:
        put(node, COAT, extra['coat'])
    if 'sheen' in extra:
        put(node, SHEEN, extra['sheen'])
    if 'transmission' in extra:
        put(node, TRANSMISSION, extra['transmission'])
        put(node, 'IOR', 1.45)
    if 'subsurface' in extra:
        put(node, SUBSURFACE, extra['subsurface'])
        put(node, 'Subsurface Radius', (0.35, 0.2, 0.1))
        if 'Subsurface Color' in node.inputs:  # until 3.6; the base colour's place later
            put(node, 'Subsurface Color', (*colour, 1))
    if 'emission' in extra:
        put(node, EMISSION, (*extra.get('glow', colour), 1))
        put(node, 'Emission Strength', extra['emission'])
    return material


def load(folder, name, colour=True, source=None):
    image = bpy.data.images.load(os.path.join(folder, name))
    if source:
        image.source = source
    image.colorspace_settings.name = 'sRGB' if colour else 'Non-Color'  # a <UDIM> path is given none by itself
    return image


def texture(material, image, socket, scale=None):
    """Feeds an image into an input of the material's Principled node; `scale` repeats it."""
    tree = material.node_tree
    node = tree.nodes.new('ShaderNodeTexImage')
    node.image = image
    tree.links.new(node.outputs['Color'], tree.nodes['Principled BSDF'].inputs[socket])
    if scale:
        mapping, uv = tree.nodes.new('ShaderNodeMapping'), tree.nodes.new('ShaderNodeTexCoord')
        mapping.inputs['Scale'].default_value = (scale, scale, scale)
        tree.links.new(uv.outputs['UV'], mapping.inputs['Vector'])
        tree.links.new(mapping.outputs['Vector'], node.inputs['Vector'])
    return node


def bump(material, image_node, strength, distance):
    tree = material.node_tree
    node = tree.nodes.new('ShaderNodeBump')
    node.inputs['Strength'].default_value = strength
    node.inputs['Distance'].default_value = distance
    tree.links.new(image_node.outputs['Color'], node.inputs['Height'])
    tree.links.new(node.outputs['Normal'], tree.nodes['Principled BSDF'].inputs['Normal'])


def glowing(name, colour, strength):
    """Plain light, for bulbs and windows. It is seen, and lights by chance only: sampling hundreds of bulbs costs more."""
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    tree = material.node_tree
    tree.nodes.clear()
    emission, output = tree.nodes.new('ShaderNodeEmission'), tree.nodes.new('ShaderNodeOutputMaterial')
    emission.inputs['Color'].default_value = (*colour, 1)
    emission.inputs['Strength'].default_value = strength
    tree.links.new(emission.outputs[0], output.inputs['Surface'])
    if hasattr(material.cycles, 'emission_sampling'):  # 3.5 and later
        material.cycles.emission_sampling = 'NONE'
    elif hasattr(material.cycles, 'sample_as_light'):
        material.cycles.sample_as_light = False
    return material


def glowing_picture(name, image, strength, frames=0):
    """A lit picture: the painted sky, and with `frames` the screen that plays an image sequence."""
    material = glowing(name, (1, 1, 1), strength)
    tree = material.node_tree
    node = tree.nodes.new('ShaderNodeTexImage')
    node.image = image
    if frames:
        node.image_user.frame_start = 1
        node.image_user.frame_duration = frames
        node.image_user.use_auto_refresh = True
        node.image_user.use_cyclic = True
    emission = next(n for n in tree.nodes if n.bl_idname == 'ShaderNodeEmission')
    tree.links.new(node.outputs['Color'], emission.inputs['Color'])
    return material


def light_beam(name, colour, strength):
    """The visible beam of a lamp, without the cost of a volume: light that fades along V and towards the cone's edges."""
    material = glowing(name, colour, strength)
    tree = material.node_tree
    emission = next(n for n in tree.nodes if n.bl_idname == 'ShaderNodeEmission')
    output = next(n for n in tree.nodes if n.bl_idname == 'ShaderNodeOutputMaterial')
    clear, mix = tree.nodes.new('ShaderNodeBsdfTransparent'), tree.nodes.new('ShaderNodeMixShader')
    uv, parts = tree.nodes.new('ShaderNodeTexCoord'), tree.nodes.new('ShaderNodeSeparateXYZ')
    facing, fade, both = (tree.nodes.new(kind) for kind in ('ShaderNodeLayerWeight', 'ShaderNodeMath', 'ShaderNodeMath'))
    facing.inputs['Blend'].default_value = 0.5
    edge = tree.nodes.new('ShaderNodeMath')
    edge.operation, edge.inputs[0].default_value = 'SUBTRACT', 1.0
    fade.operation, fade.inputs[1].default_value = 'POWER', 2.2
    both.operation = 'MULTIPLY'
    tree.links.new(uv.outputs['UV'], parts.inputs[0])
    tree.links.new(parts.outputs['Y'], fade.inputs[0])
    tree.links.new(facing.outputs['Facing'], edge.inputs[1])
    tree.links.new(edge.outputs[0], both.inputs[0])
    tree.links.new(fade.outputs[0], both.inputs[1])
    tree.links.new(both.outputs[0], mix.inputs['Fac'])
    tree.links.new(clear.outputs[0], mix.inputs[1])
    tree.links.new(emission.outputs[0], mix.inputs[2])
    tree.links.new(mix.outputs[0], output.inputs['Surface'])
    return material
