# SPDX-License-Identifier: GPL-3.0-or-later
"""Backlot inside Blender, 3.4 to 5.x: standard library and bpy only."""
