import { counted, formatBytes } from '@backlot/base/format'
import type { BlendInfo } from '@backlot/blendfile/inspect/inspect'
import type { SceneInfo } from '@backlot/blendfile/inspect/scene'
import { table } from './output.ts'
import { printable } from './printable.ts'
import type { Paint } from './trace-tree.ts'

/** What is in a .blend, for people. `size`: bytes of the file on disk. */
export function inspectText(info: BlendInfo, size: number, paint: Paint): string {
  const { file, blenderVersion, compression, pointerSize, endian, scenes, thumbnail, linked } = info
  const facts = [
    `saved by Blender ${blenderVersion}`,
    formatBytes(size),
    compression === 'none' ? 'not compressed' : compression,
    `${pointerSize * 8} bit, ${endian} endian`,
    thumbnail === undefined ? 'no thumbnail' : `thumbnail ${thumbnail.width}×${thumbnail.height} (--json has it)`,
  ]
  const lines = [paint('bold', printable(file)), facts.join(', '), '']
  if (scenes.length === 0) lines.push('No scene: a library.')
  else
    lines.push(
      table([sceneHeads.map((head) => paint('dim', head)), ...scenes.map((one) => sceneRow(one, info, paint))]),
    )
  // Where a scene writes is in its row.
  const others = info.outputs.filter(({ type }) => type !== 'RenderSettings')
  if (others.length > 0) {
    const rows = others.map(({ block, type, path }) => [printable(path), `${type} of ${printable(block)}`])
    lines.push('', table([[paint('dim', 'also writes'), ''], ...rows]))
  }
  const counts = Object.entries(info.counts).toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
  lines.push(
    '',
    table([[paint('dim', 'data-blocks')], ...inColumns(counts.map(([type, count]) => `${count} ${type}`))]),
  )
  if (linked > 0) lines.push(`${counted(linked, 'data-block')} linked from libraries; \`backlot trace\` lists them`)
  return lines.join('\n')
}

const sceneHeads = ['', 'scene', 'frames', 'fps', 'picture', 'engine', 'camera', 'view layers', 'output']

function sceneRow(scene: SceneInfo, { activeScene, scenes }: BlendInfo, paint: Paint): string[] {
  const { name, frameStart, frameEnd, frameStep, fps, engine, width, height, percentage, camera } = scene
  const scaled = (pixels: number) => Math.floor((pixels * percentage) / 100)
  const picture = `${scaled(width)}×${scaled(height)}${percentage === 100 ? '' : ` (${percentage} % of ${width}×${height})`}`
  return [
    scenes.length > 1 && name === activeScene ? '*' : '',
    printable(name),
    `${frameStart}-${frameEnd}${frameStep === 1 ? '' : `x${frameStep}`}`,
    String(fps),
    picture,
    printable(engine),
    camera === null ? paint('red', 'none') : printable(camera),
    some(scene.viewLayers.map(printable)),
    printable(scene.output),
  ]
}

function some(names: readonly string[]): string {
  return names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ')
}

/** Four a line. */
function inColumns(cells: readonly string[]): string[][] {
  const rows: string[][] = []
  for (let at = 0; at < cells.length; at += 4) rows.push(cells.slice(at, at + 4).map((cell) => `${cell} `))
  return rows
}
