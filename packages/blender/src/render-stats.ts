/** What Blender's status line says, as far as it was understood. Its wording differs by version and engine. */
export interface RenderStats {
  /** Samples done and to do, of the whole frame or of the current tile. */
  sample?: number
  samples?: number
  tile?: number
  tiles?: number
  /** Blender's own guess. Seconds. */
  remainingSeconds?: number
  memoryBytes?: number
  /** What it does when it doesn't sample: 'Synchronizing object', 'Denoising', … */
  activity?: string
}

const units = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 } as const

/**
 * Reads the text of `render_stats`, 3.4 to 5.x. Never throws; what is not understood is left out.
 *
 *     3.4  Fra:1 Mem:9.59M (Peak 9.71M) | Time:00:00.00 | Remaining:00:01.20 | Mem:82.00M, Peak:90.00M | S, V | Sample 3/64
 *     5.0  Remaining: 00:00.11 | Mem: 82M | Sample 1/2        EEVEE: Rendering 1 / 2 samples
 */
export function parseRenderStats(text: string): RenderStats {
  const stats: RenderStats = {}
  const parts = text.split('|').map((part) => part.trim())
  for (const part of parts) {
    const sample = /^Sample (\d+)\s*\/\s*(\d+)/.exec(part) ?? /^Rendering (\d+)\s*\/\s*(\d+) samples/.exec(part)
    if (sample) Object.assign(stats, { sample: Number(sample[1]), samples: Number(sample[2]) })
    const tile = /^Rendered (\d+)\s*\/\s*(\d+) Tiles/.exec(part)
    if (tile) Object.assign(stats, { tile: Number(tile[1]), tiles: Number(tile[2]) })
    const remaining = /^Remaining:\s*([\d:.]+)/.exec(part)
    if (remaining) stats.remainingSeconds = secondsOf(remaining[1] as string)
    const memory = /(?:^|\s)Mem:\s*([\d.]+)([KMG]?)/.exec(part)
    if (memory) stats.memoryBytes = Math.round(Number(memory[1]) * units[(memory[2] ?? '') as keyof typeof units])
  }
  const last = parts.at(-1) ?? ''
  if (stats.sample === undefined && last && !/^(Mem|Time|Fra|Remaining|Rendered)\b/.test(last)) stats.activity = last
  return stats
}

/** How much of a frame is done, 0 to 1; undefined when the line doesn't say. */
export function fractionOf({ sample, samples, tile, tiles }: RenderStats): number | undefined {
  if (tiles && tile !== undefined) {
    const inTile = samples && sample !== undefined ? Math.min(1, sample / samples) : 0
    return Math.min(1, (tile + (tile < tiles ? inTile : 0)) / tiles)
  }
  if (samples && sample !== undefined) return Math.min(1, sample / samples)
  return undefined
}

/** '01:02:03.45', '00:01.20' or '3.4' as seconds. */
function secondsOf(text: string): number {
  return text.split(':').reduce((total, part) => total * 60 + Number(part), 0)
}
