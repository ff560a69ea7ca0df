import { BlendPath } from '../path/blend-path.ts'
import { encodePathText } from '../path/path-text.ts'
import { decodePathBytes } from '../path/path-text.ts'
import type { Site } from './reference.ts'

/** Bit of a scene's `r.scemode`: it renders more than one view. */
const multiView = 1 << 21
const viewIsOff = 1
const formats = { stereo: 0, multi: 1 } as const
const stereoNames = new Set(['left', 'right'])

/** What the file names of the views end with, that the scene of this data-block renders: `_L`, `_R`. None: one view. */
export async function viewSuffixes({ scope }: Site): Promise<string[]> {
  const scene = await scope.file.view(scope.id)
  if ((scene.int('r.scemode') & multiView) === 0) return []
  const suffixes: string[] = []
  for await (const view of scope.list(scene, 'r.views')) {
    if ((view.int('viewflag') & viewIsOff) !== 0) continue
    const isStereo = scene.int('r.views_format') === formats.stereo
    if (isStereo && !stereoNames.has(decodePathBytes(view.chars('name')))) continue
    suffixes.push(decodePathBytes(view.chars('suffix')))
  }
  return suffixes
}

/**
 * The files of the other views: the name before its ending has the suffix of one view, which is replaced by each other's.
 * A name that has none is that of the only file.
 */
export function otherViews(paths: readonly BlendPath[], suffixes: readonly string[]): BlendPath[] {
  return paths.flatMap((path) => {
    const text = path.toString()
    const dot = text.lastIndexOf('.')
    const own = dot < 0 ? undefined : suffixes.find((suffix) => text.slice(0, dot).endsWith(suffix))
    if (own === undefined) return []
    const start = text.slice(0, dot - own.length)
    return suffixes
      .filter((suffix) => suffix !== own)
      .map((suffix) => new BlendPath(encodePathText(start + suffix + text.slice(dot))))
  })
}
