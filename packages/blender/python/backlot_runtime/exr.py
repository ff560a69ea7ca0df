# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenEXR as Blender writes sample ranges: one part, scan lines, no or ZIP compression. Floats in, floats out, bit for bit.

Blender's own image API gives no pixels of multilayer files, and its wheels have no OpenImageIO to import.
Format: https://openexr.com/en/latest/OpenEXRFileLayout.html
"""

import mmap
import struct
import zlib

import numpy as np

from .failures import Failure

MAGIC = 20000630
MULTIPART, DEEP, TILED = 0x1000, 0x800, 0x200
TYPES = {0: np.dtype('<u4'), 1: np.dtype('<f2'), 2: np.dtype('<f4')}
NONE, ZIPS, ZIP = 0, 2, 3
LINES = {NONE: 1, ZIPS: 1, ZIP: 16}  # of a block
LARGEST_HEADER = 64 << 20  # Cryptomatte's manifests name every object of the scene


def _text(data, at):
    end = data.find(b'\0', at, at + 256)
    if end < 0:
        raise ValueError('a name has no end')
    return data[at:end].decode(), end + 1


def _attributes_at(data, at):
    """Of one header. → ({name: (type, bytes)}, where it ends)"""
    attributes = {}
    while data[at]:
        name, at = _text(data, at)
        kind, at = _text(data, at)
        (size,) = struct.unpack_from('<i', data, at)
        if size < 0 or at + size > min(len(data), LARGEST_HEADER):
            raise ValueError('its header is cut off')
        attributes[name] = (kind, data[at + 4 : at + 4 + size])
        at += 4 + size
    return attributes, at + 1


def _listed(attributes):
    """Yields (name, type) of each channel."""
    listed, at = attributes['channels'][1], 0
    while listed[at]:
        end = listed.index(0, at)
        yield listed[at:end].decode(), struct.unpack_from('<i', listed, end + 1)[0]
        at = end + 17


def channel_names(path):
    """Of all parts, of whatever kind and compression."""
    with open(path, 'rb') as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        try:
            magic, version = struct.unpack_from('<II', data, 0)
            if magic != MAGIC:
                raise ValueError('it is of another kind')
            names, at = [], 8
            while data[at]:
                attributes, at = _attributes_at(data, at)
                names += [name for name, _ in _listed(attributes)]
                if not version & MULTIPART:
                    break
            return names
        except (ValueError, KeyError, IndexError, struct.error) as error:
            raise Failure('render.bad_output', 'The file %s is no whole EXR: %s' % (path, error), path=path) from error


class Reader:
    """`channels`: names in the file's order; `width`, `height`; `attributes`: name → (type, bytes)."""

    def __init__(self, path):
        self.path = path
        self._file = open(path, 'rb')
        try:
            self._data = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)
            self._read_header()
        except (ValueError, KeyError, IndexError, struct.error, UnicodeDecodeError) as error:
            self._file.close()
            raise self._damaged(error) from error

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._data.close()
        self._file.close()

    def _damaged(self, why):
        return Failure('render.bad_output', 'The file %s is no whole EXR of samples: %s' % (self.path, why), path=self.path)

    def _read_header(self):
        magic, version = struct.unpack_from('<II', self._data, 0)
        if magic != MAGIC or version & (MULTIPART | DEEP | TILED):
            raise ValueError('it is of another kind')
        self.attributes, at = _attributes_at(self._data, 8)
        left, bottom, right, top = struct.unpack('<4i', self.attributes['dataWindow'][1])
        self.width, self.height, self._first_line = right - left + 1, top - bottom + 1, bottom
        self._compression = self.attributes['compression'][1][0]
        self._lines = LINES[self._compression]
        self._layout = self._channel_layout()
        self.channels = [name for name, _ in self._layout]
        self._line_bytes = sum(kind.itemsize for _, kind in self._layout) * self.width
        blocks = -(-self.height // self._lines)
        self._offsets = np.frombuffer(self._data[at : at + 8 * blocks], '<u8', blocks)
        if self.width < 1 or self.height < 1 or int(self._offsets.max()) >= len(self._data):
            raise ValueError('it is cut off')

    def _channel_layout(self):
        return [(name, TYPES[kind]) for name, kind in _listed(self.attributes)]

    def _block(self, index):
        at = int(self._offsets[index])
        line, size = struct.unpack_from('<ii', self._data, at)
        lines = min(self._lines, self.height - index * self._lines)
        packed = self._data[at + 8 : at + 8 + size]
        if line != self._first_line + index * self._lines or len(packed) != size:
            raise ValueError('a block is missing')
        if size == lines * self._line_bytes:  # ZIP stores what would not get smaller as it is
            return packed, lines
        plain = np.frombuffer(zlib.decompress(packed), np.uint8)
        # Undo the prediction (each byte is the difference to the one before, plus 128), then the parting of even and odd.
        summed = np.cumsum(plain.astype(np.uint32) + 128, dtype=np.uint32)
        summed = ((summed - 128) & 0xFF).astype(np.uint8)
        whole = np.empty(len(summed), np.uint8)
        half = (len(summed) + 1) // 2
        whole[0::2], whole[1::2] = summed[:half], summed[half:]
        return whole.tobytes(), lines

    def bands(self, lines):
        """Yields (first line from the top, {channel: float32 [lines, width]}) for whole blocks, at least `lines` at once."""
        per_band = max(1, lines // self._lines)
        for first in range(0, len(self._offsets), per_band):
            try:
                parts = [self._block(index) for index in range(first, min(first + per_band, len(self._offsets)))]
                yield first * self._lines, self._part(parts)
            except (ValueError, struct.error, zlib.error) as error:
                raise self._damaged(error) from error

    def _part(self, parts):
        count = sum(lines for _, lines in parts)
        raw = np.frombuffer(b''.join(data for data, _ in parts), np.uint8).reshape(count, self._line_bytes)
        found, at = {}, 0
        for name, kind in self._layout:
            size = kind.itemsize * self.width
            found[name] = raw[:, at : at + size].copy().view(kind).astype(np.float32)
            at += size
        return found

    def read(self, names=None):
        """{channel: float32 [height, width]}, the top line first."""
        wanted = self.channels if names is None else [name for name in names if name in self.channels]
        whole = {name: np.empty((self.height, self.width), np.float32) for name in wanted}
        for first, band in self.bands(64):
            for name in wanted:
                whole[name][first : first + len(band[name])] = band[name]
        return whole


def _attribute(name, kind, value):
    return name.encode() + b'\0' + kind.encode() + b'\0' + struct.pack('<i', len(value)) + value


def write(path, channels):
    """`channels`: {name: float32 [height, width]}, the top line first. Not compressed: what reads it is on this machine."""
    names = sorted(channels)
    height, width = channels[names[0]].shape
    listed = b''.join(name.encode() + b'\0' + struct.pack('<iB3xii', 2, 0, 1, 1) for name in names) + b'\0'
    window = struct.pack('<4i', 0, 0, width - 1, height - 1)
    header = struct.pack('<II', MAGIC, 2 | (0x400 if any(len(name) > 31 for name in names) else 0))
    header += _attribute('channels', 'chlist', listed) + _attribute('compression', 'compression', bytes([NONE]))
    header += _attribute('dataWindow', 'box2i', window) + _attribute('displayWindow', 'box2i', window)
    header += _attribute('lineOrder', 'lineOrder', b'\0') + _attribute('pixelAspectRatio', 'float', struct.pack('<f', 1))
    header += _attribute('screenWindowCenter', 'v2f', struct.pack('<2f', 0, 0))
    header += _attribute('screenWindowWidth', 'float', struct.pack('<f', 1)) + b'\0'
    size = 4 * width * len(names)
    first = len(header) + 8 * height
    with open(path, 'wb') as file:
        file.write(header)
        file.write((first + np.arange(height, dtype='<u8') * (size + 8)).astype('<u8').tobytes())
        for line in range(height):
            file.write(struct.pack('<ii', line, size))
            file.write(b''.join(np.ascontiguousarray(channels[name][line], '<f4').tobytes() for name in names))
