# SPDX-License-Identifier: GPL-3.0-or-later
"""Images that Blender reads too early.

Opening a file asks the images of Cryptomatte nodes for their passes (4.5 and 5.0 do), before Blender knows where that
file is. One with a relative path is then taken for missing, and the node is empty in every render of this process.
"""

import bpy

NODE = 'CompositorNodeCryptomatteV2'


def read_again():
    for image in {node.image for tree in compositors() for node in tree.nodes if node.bl_idname == NODE}:
        if image is not None and not image.size[0]:
            image.reload()


def compositors():
    yield from (tree for tree in bpy.data.node_groups if tree.bl_idname == 'CompositorNodeTree')
    # To 4.5 a scene's own compositor is part of the scene.
    if bpy.app.version < (5, 0, 0):
        yield from (scene.node_tree for scene in bpy.data.scenes if scene.node_tree)
