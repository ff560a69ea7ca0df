import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

/** Blender's version without its last number. */
export type Series = `${number}.${number}`

export const ways = ['local', 'linked', 'packed'] as const
/** local: the scene itself; linked: another that links from it; packed (from 5.0): another that has it packed. */
export type Way = (typeof ways)[number]

/** more, less: the tracer lists more, less than Blender; differs: both. All of it reviewed. */
export type State = 'equal' | 'more' | 'less' | 'differs'

export interface CaseResult {
  readonly kind: string
  readonly states: Readonly<Partial<Record<Way, State>>>
}

/** Another tracer, over the same files. Told, not checked. */
export interface Peer {
  readonly name: string
  readonly equal: Readonly<Partial<Record<Way, number>>>
}

/** What one Blender said when the results were written. */
export interface Column {
  /** 5.0.1 */
  readonly blender: string
  /** Absent where it could not be had. */
  readonly peer?: Peer | undefined
  readonly cases: Readonly<Record<string, CaseResult>>
}

export type Results = Readonly<Record<Series, Column>>

/** Committed; written by the test that compares. */
export const resultsFile = fileURLToPath(new URL('results.gen.json', import.meta.url))

export function readResults(): Results {
  return JSON.parse(readFileSync(resultsFile, 'utf8')) as Results
}

export async function writeColumn(series: Series, column: Column): Promise<void> {
  await writeFile(resultsFile, resultsText({ ...readResults(), [series]: column }))
}

/** One line for each case, newest Blender first. */
function resultsText(results: Results): string {
  const columns = Object.entries(results).toSorted(([a], [b]) => b.localeCompare(a, 'en', { numeric: true }))
  const text = columns.map(([series, { blender, peer, cases }]) => {
    const lines = Object.entries(cases).toSorted(([a], [b]) => (a < b ? -1 : 1))
    const rows = lines.map(([name, result]) => `      ${JSON.stringify(name)}: ${JSON.stringify(result)}`)
    const head = [`"blender": ${JSON.stringify(blender)}`, ...(peer ? [`"peer": ${JSON.stringify(peer)}`] : [])]
    return `  ${JSON.stringify(series)}: {\n    ${head.join(',\n    ')},\n    "cases": {\n${rows.join(',\n')}\n    }\n  }`
  })
  return `{\n${text.join(',\n')}\n}\n`
}
