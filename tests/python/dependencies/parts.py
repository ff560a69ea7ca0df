# SPDX-License-Identifier: GPL-3.0-or-later
"""What the scenes of the dependency cases are made of.

A case is a function that builds the scene and returns what a second file links from it: (collection of bpy.data, name).
Its kind is that of the tracer's usage which it is about (blendfile's `references/`); the page docs/coverage.md has it.
Assets are tiny files; only images are real, the rest is never opened by what is asked here.
"""

import os
import shutil
import wave

import bpy

VERSION = bpy.app.version
CASES = {}
KINDS = {}
NEEDS = {}
HOLDER = ('objects', 'Holder')
SCENE = ('scenes', 'Scene')


def case(kind, since=(3, 0, 0), before=(99, 0, 0)):
    """A case of Blenders from `since`, older than `before`."""
    def register(build):
        if since <= VERSION < before:
            CASES[build.__name__] = build
            KINDS[build.__name__] = kind
        return build

    return register


def needs(*names):
    """The assets that a case needs, exactly: what its trace must find, besides .blend files."""
    def note(build):
        NEEDS[build.__name__] = names
        return build

    return note


class Assets:
    folder = ''
    # Beside what is used, and no part of it.
    decoys = ('seq/f2_001.png', 'seq/f2_0001b.png', 'seq/g2_0001.png', 'strip/f002.png', 'udim/t.1003.png',
              'uv/t_u3_v1.png', 'clip/k_1.png', 'vs/v_1b.vdb', 'vs/w_1.vdb', 'as/d_1.abc')

    def path(self, name):
        return os.path.join(self.folder, *name.split('/'))

    def write(self, folder):
        self.folder = os.path.join(folder, 'assets')
        for name in ('tex.png', 'seq/f2_0001.png', 'seq/f2_0002.png', 'seq/f2_0010.png', 'strip/f001.png',
                     'strip/f005.png', 'udim/t.1001.png', 'udim/t.1002.png', 'uv/t_u1_v1.png', 'uv/t_u2_v1.png',
                     'clip/k_01.png', 'clip/k_02.png'):
            self.prepare(name)
            image = bpy.data.images.new('asset', 4, 4)
            image.filepath_raw, image.file_format = self.path(name), 'PNG'
            image.save()
            bpy.data.images.remove(image)
        for name in ('a.vdb', 'vs/v_1.vdb', 'vs/v_2.vdb', 'a.abc', 'layer.abc', 'as/c_1.abc', 'as/c_2.abc', 'a.ies',
                     'a.osl', 'a.txt', 'a.mdd', 'a.mp4', 'a.obj', 'icon.png', 'ocean/disp_0001.exr', 'fluid/data/f_1.vdb',
                     'particles/kept_000001_00.bphys',
                     *self.decoys):
            self.prepare(name)
            with open(self.path(name), 'wb') as file:
                file.write(b'x')
        with wave.open(self.path('a.wav'), 'wb') as sound:
            sound.setnchannels(1)
            sound.setsampwidth(2)
            sound.setframerate(8000)
            sound.writeframes(bytes(160))

    def prepare(self, name):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)

    def copy(self, name, other):
        """An asset under another name; returns its path."""
        self.prepare(other)
        return shutil.copy(self.path(name), self.path(other))


ASSETS = Assets()


def image(name='tex.png'):
    return bpy.data.images.load(ASSETS.path(name))


def material(picture=None):
    made = bpy.data.materials.new('Textured')
    made.use_nodes = True
    made.node_tree.nodes.new('ShaderNodeTexImage').image = picture or image()
    return made


def put(data, name='Holder'):
    made = bpy.data.objects.new(name, data)
    bpy.context.scene.collection.objects.link(made)
    return made


def mesh(name='Holder', textured=False):
    made = put(bpy.data.meshes.new(name), name)
    if textured:
        made.data.materials.append(material())
    return made


def cube():
    bpy.ops.mesh.primitive_cube_add()
    made = bpy.context.object
    made.name = 'Holder'
    return made


def modifier(kind, on=None):
    return (on or mesh()).modifiers.new('Modifier', kind)


def node_modifier(on=None):
    tree = bpy.data.node_groups.new('Nodes', 'GeometryNodeTree')
    made = modifier('NODES', on)
    made.node_group = tree
    return made, tree


def texture():
    made = bpy.data.textures.new('Texture', 'IMAGE')
    made.image = image()
    return made


def light_node(kind):
    light = bpy.data.lights.new('Light', 'POINT')
    light.use_nodes = True
    put(light)
    return light.node_tree.nodes.new(kind)


def strips():
    editor = bpy.context.scene.sequence_editor_create()
    return editor.strips if hasattr(editor, 'strips') else editor.sequences


def cache(name):
    bpy.ops.cachefile.open(filepath=ASSETS.path(name))
    return bpy.data.cache_files[0]


def empty_file():
    # Factory settings as well would take 50 to 90 ms instead of 10: the session has them already.
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)


def link(path, collection, name, **options):
    with bpy.data.libraries.load(path, link=True, relative=True, **options) as (_, wanted):
        setattr(wanted, collection, [name])
    linked = next(each for each in getattr(bpy.data, collection) if each.library and each.name == name)
    if collection == 'objects':
        bpy.context.scene.collection.objects.link(linked)
    elif collection == 'scenes':
        bpy.context.scene.background_set = linked
    else:
        bpy.context.scene['linked'] = linked
