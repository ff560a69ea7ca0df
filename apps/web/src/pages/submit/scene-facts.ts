import type { SceneInfo } from '@backlot/blendfile/inspect/scene'
import { formatCount, formatMany } from '../../format/numbers.ts'

const engines: Record<string, string> = {
  CYCLES: 'Cycles',
  BLENDER_EEVEE: 'EEVEE',
  BLENDER_EEVEE_NEXT: 'EEVEE',
  BLENDER_WORKBENCH: 'Workbench',
  BLENDER_RENDER: 'Blender Internal, which is gone since 2.80',
}

export function engineName(id: string): string {
  return engines[id] ?? id
}

/** "1–250 (250 frames)", "1–9, every 2nd (5 frames)", "7 (1 frame)". */
export function framesText({ frameStart, frameEnd, frameStep }: SceneInfo): string {
  const count = Math.max(0, Math.floor((frameEnd - frameStart) / frameStep) + 1)
  const range = frameStart === frameEnd ? String(frameStart) : `${frameStart}–${frameEnd}`
  const step = frameStep === 1 ? '' : `, every ${ordinal(frameStep)}`
  return `${range}${step} (${formatMany(count, 'frame')})`
}

/** "1920 × 1080", "960 × 540, 50% of 1920 × 1080". Pixels. */
export function sizeText({ width, height, percentage }: SceneInfo): string {
  const full = `${width} × ${height}`
  if (percentage === 100) return full
  // As Blender does: cut off, never rounded up.
  const scaled = (side: number) => Math.floor((side * percentage) / 100)
  return `${scaled(width)} × ${scaled(height)}, ${percentage}% of ${full}`
}

/** Of Blender's own windows; libraries are told with what is linked from them. */
const unseen = new Set(['WindowManager', 'WorkSpace', 'Screen', 'Library'])

/** "3 Object, 1 Material": what a file holds, the most first. `counts`: by RNA type. */
export function countsText(counts: Readonly<Record<string, number>>, most = 6): string {
  const sorted = Object.entries(counts)
    .filter(([type]) => !unseen.has(type))
    .toSorted(([, a], [, b]) => b - a)
  const shown = sorted.slice(0, most).map(([type, count]) => `${formatCount(count)} ${type}`)
  return shown.join(', ') + (sorted.length > most ? ', …' : '')
}

function ordinal(value: number): string {
  const tens = value % 100
  const ending = tens >= 11 && tens <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][value % 10] ?? 'th')
  return `${value}${ending}`
}
