/** What a whole picture file says of itself. Pixels. */
export interface ImageFacts {
  format: 'png' | 'jpeg' | 'tiff' | 'webp' | 'exr'
  width: number
  height: number
}

/** Reads `length` bytes at `position`; throws `DamagedImage` when the file is shorter. */
export type ReadAt = (position: number, length: number) => Promise<Buffer>

/** Why a file is no whole picture. */
export class DamagedImage extends Error {}

export interface Source {
  size: number
  read: ReadAt
}
