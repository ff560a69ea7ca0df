# SPDX-License-Identifier: GPL-3.0-or-later
"""Rendered frames as strips: for videos, and for files that only the sequencer reads outside the UI (multilayer EXR)."""

import bpy


def strips_of(scene):
    editor = scene.sequence_editor or scene.sequence_editor_create()
    return editor.strips if hasattr(editor, 'strips') else editor.sequences  # renamed in 5.0


def add_frames(scene, frames, width, height):
    """Makes the scene show these pictures from frame 1 on, fitted into `width` by `height`. → the first strip

    One strip a picture works for any list of names, and 3.4 to 5.0 agree on it. The size comes first: a strip is fitted
    when it is made, and not again.
    """
    scene.render.resolution_x, scene.render.resolution_y, scene.render.resolution_percentage = width, height, 100
    strips = strips_of(scene)
    first = None
    for index, path in enumerate(frames):
        strip = strips.new_image('frame', path, channel=1, frame_start=index + 1, fit_method='FIT')
        strip.frame_final_duration = 1
        first = first or strip
    scene.frame_start, scene.frame_end = 1, len(frames)
    scene.render.use_sequencer, scene.render.use_compositing = True, False
    return first


def size_of(path):
    """(width, height) of a picture, (0, 0) where it can't be read."""
    scene = bpy.data.scenes.new('Backlot size')
    try:
        element = add_frames(scene, [path], 64, 64).elements[0]
        return element.orig_width, element.orig_height
    finally:
        bpy.data.scenes.remove(scene)
