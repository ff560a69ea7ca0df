# SPDX-License-Identifier: GPL-3.0-or-later
"""Cases: libraries of libraries, overrides, and what came from a file and does not need it any more."""

import os

import bpy

from parts import ASSETS, HOLDER, case, empty_file, image, link, material, mesh, needs, put


def library(name, build):
    """Saves what `build` makes in a file of its own; the next one starts empty. Returns its path."""
    path = ASSETS.path('lib/%s.blend' % name)
    ASSETS.prepare('lib/x')
    empty_file()
    # Named first, so that it can link relatively.
    bpy.ops.wm.save_as_mainfile(filepath=path)
    build()
    bpy.ops.wm.save_as_mainfile(filepath=path)
    empty_file()
    bpy.ops.wm.save_as_mainfile(filepath=os.path.join(os.path.dirname(ASSETS.folder), 'case.blend'))
    return path


def prop(name='Prop'):
    mesh(name, textured=True)


def linked(path, collection='objects', name='Prop'):
    link(path, collection, name)
    return next(each for each in getattr(bpy.data, collection) if each.library and each.name == name)


@case('library')
@needs('tex.png')
def library_of_library():
    def middle():
        group = bpy.data.collections.new('Group')
        group.objects.link(linked(far))
        put(None, 'Middle').instance_collection = group

    far = library('far', prop)
    path = library('middle', middle)
    put(None).parent = linked(path, name='Middle')
    return HOLDER


@case('library')
@needs('tex.png', 'icon.png')
def library_override():
    """The override keeps its library; what it changed is its own."""
    def build():
        mesh('Prop', textured=True).data.materials[0].node_tree.nodes['Image Texture'].name = 'Picture'
        bpy.data.materials['Textured'].name = 'Wood'

    path = library('override', build)
    made = linked(path).override_create()
    bpy.context.scene.collection.objects.link(made)
    made.name = 'Holder'
    made.parent = put(None, 'Parent')
    ASSETS.copy('tex.png', 'icon.png')
    made.parent['picture'] = image('icon.png')
    return HOLDER


@case('library')
@needs('tex.png', 'before.png')
def library_override_of_image():
    """A linked image with another file; the linked one is still read."""
    def build():
        ASSETS.copy('tex.png', 'before.png')
        put(None, 'Prop')['picture'] = image('before.png')

    path = library('images', build)
    made = linked(path, 'images', 'before.png').override_create()
    made.filepath = ASSETS.path('tex.png')
    put(None)['picture'] = made
    return HOLDER


@case('library')
@needs()
def library_appended():
    """What was appended remembers where it is from, and does not need it."""
    path = library('append', lambda: put(None, 'Prop'))
    bpy.ops.wm.append(filepath=os.path.join(path, 'Object', 'Prop'), directory=os.path.join(path, 'Object'),
                      filename='Prop', do_reuse_local_id=True)
    bpy.data.objects['Prop'].name = 'Holder'
    return HOLDER


@case('library', (5, 0, 0))
@needs('tex.png')
def library_packed():
    """Packed linked data: no library is needed, its pictures are."""
    path = library('packed', prop)
    with bpy.data.libraries.load(path, link=True, relative=True, pack=True) as (_, wanted):
        wanted.materials = ['Textured']
    mesh().data.materials.append(next(each for each in bpy.data.materials if each.is_linked_packed))
    return HOLDER


@case('library')
@needs('tex.png')
def library_material_only():
    """Of a library with more in it, what is linked."""
    def build():
        ASSETS.copy('tex.png', 'unused.png')
        mesh('Unused').data.materials.append(material(image('unused.png')))
        mesh('Prop').data.materials.append(material())
        bpy.data.objects['Prop'].data.materials[0].name = 'Wood'

    path = library('many', build)
    mesh().data.materials.append(linked(path, 'materials', 'Wood'))
    return HOLDER
