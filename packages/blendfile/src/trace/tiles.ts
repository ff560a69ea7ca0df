/**
 * The file name of one UDIM tile. `<UDIM>` is the tile's number (1001 …), `<UVTILE>` its place, `u1_v1` for 1001. A name
 * without either is the same for all tiles; only in files from before tokens (2.82 to 3.0), `byFirst`, it is that of the
 * first tile, and its number is replaced.
 */
export function tileName(name: string, tile: number, byFirst = false): string {
  if (name.includes('<UDIM>')) return name.replace('<UDIM>', () => String(tile))
  if (name.includes('<UVTILE>')) {
    const index = tile - 1001
    return name.replace('<UVTILE>', () => `u${(index % 10) + 1}_v${Math.floor(index / 10) + 1}`)
  }
  return byFirst ? name.replace(/(^|[._-])1\d{3}(?=[._-])/, (_, before: string) => `${before}${tile}`) : name
}
