import { BlendPath } from '../path/blend-path.ts'
import { encodePathText } from '../path/path-text.ts'
import type { ReferenceKind } from './reference.ts'
import { pathIn } from './stored-path.ts'

const baked = 1 << 0
const onDisk = 1 << 6
const external = 1 << 9
/** Of a library's object the cache lies beside the file that was opened, not beside the library. */
const besideOpened = 1 << 11
/** Written by fluid domains so that older versions find something; nothing is ever stored in it. */
const fakeSmoke = 1 << 12

/**
 * Disk caches of particles, cloth, soft bodies, rigid bodies, dynamic paint and the old smoke. They lie in
 * `blendcache_<name of the .blend>` beside it, or in a folder of the artist's choice (external), as
 * `<cache name>_<frame>_<index>.bphys`; a cache without a name takes its object's, in hexadecimal.
 */
export const pointCache: ReferenceKind = {
  kind: 'point_cache',
  structs: ['PointCache'],
  find(view, site) {
    const flag = view.int('flag')
    if ((flag & (onDisk | external)) === 0 || (flag & fakeSmoke) !== 0) return []
    const isExternal = (flag & external) !== 0
    const ofOpened = !isExternal && (flag & besideOpened) !== 0
    const path = pathIn(view, 'path')
    // What Blender makes of the .blend's name is written nowhere.
    const derived = {
      ...path,
      stored: new BlendPath(encodePathText(`//blendcache_${(ofOpened && site.openedName) || site.blendName}`)),
      place: undefined,
    }
    const name = view.chars('name')
    // Of the data-block's name, without its two letters.
    const prefix = name.length > 0 ? escapePattern(name) : hexadecimal(encodePathText(site.owner).subarray(2))
    return [
      {
        type: 'PointCache',
        ...(isExternal ? path : derived),
        expansion: { how: 'folder', names: new RegExp(`^${prefix}_\\d{6}(_\\d+)?\\.(bphys|vdb)$`) },
        // What the library has baked, the file that is opened need not have.
        optional: !isExternal && ((flag & baked) === 0 || (ofOpened && site.openedName !== undefined)),
        ofOpened,
      },
    ]
  },
}

function hexadecimal(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join('')
}

function escapePattern(name: Uint8Array): string {
  return new BlendPath(name).toString().replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}
