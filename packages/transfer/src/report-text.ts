import { formatBytes, formatSeconds } from '@backlot/base/format'
import type { ReportData, ReportFile, ReportStage } from './report.ts'

/** Files of each kind that the transcript names; the JSON has more. */
const namedFiles = 20

const stateText: Record<ReportData['state'], string> = {
  running: 'still running, or ended without a word (killed, power cut)',
  done: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
}

/** The report as a person reads it, from what matters most to the details. */
export function renderReport(data: ReportData): string {
  const sections = [
    head(data),
    error(data),
    stages(data.stages),
    totals(data),
    warnings(data),
    files(data.files),
    section('Environment', pairs(data.environment)),
  ]
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}

function head(data: ReportData): string[] {
  const end = data.endedAt ?? data.updatedAt
  const seconds = (Date.parse(end) - Date.parse(data.startedAt)) / 1000
  return [
    `Backlot report: ${data.kind}`,
    `  state    ${stateText[data.state]}`,
    `  started  ${data.startedAt}`,
    `  ${data.endedAt ? 'ended  ' : 'last   '}  ${end} (${formatSeconds(seconds)})`,
    ...pairs(data.subject),
  ]
}

function error({ error }: ReportData): string[] {
  if (error === null) return []
  return section(`Error ${error.code} (${error.kind})${error.stage === null ? '' : ` in stage ${error.stage}`}`, [
    `  ${error.message}`,
    `  What to do: ${error.advice}`,
    ...pairs(error.details),
  ])
}

function stages(list: readonly ReportStage[]): string[] {
  const width = Math.max(0, ...list.map((stage) => stage.name.length))
  const lines = list.map(({ name, seconds, state, result }) => {
    const time = seconds === null ? '' : formatSeconds(seconds)
    const found = Object.entries(result).map(([key, value]) => `${key} ${plain(value)}`)
    return `  ${name.padEnd(width)}  ${state.padEnd(9)}  ${time.padStart(9)}  ${found.join(', ')}`.trimEnd()
  })
  return section('Stages', lines)
}

function totals({ totals }: ReportData): string[] {
  const lines = Object.entries(totals)
    .filter(([, { files }]) => files > 0)
    .map(([outcome, { files, bytes }]) => `  ${outcome.padEnd(8)}  ${files} files, ${formatBytes(bytes)}`)
  return section('Files', lines)
}

function warnings({ warnings }: ReportData): string[] {
  return section(
    'Warnings',
    warnings.map(({ message, details }) => {
      const facts = Object.entries(details).map(([key, value]) => `${key} ${plain(value)}`)
      return `  ${message}${facts.length > 0 ? ` (${facts.join(', ')})` : ''}`
    }),
  )
}

function files(list: readonly ReportFile[]): string[] {
  const problems = list.filter((file) => file.outcome === 'missing' || file.outcome === 'failed')
  const slowest = list
    .filter((file) => file.seconds !== undefined && !problems.includes(file))
    .toSorted((a, b) => (b.seconds ?? 0) - (a.seconds ?? 0))
  const line = ({ path, size: bytes, outcome, seconds, detail }: ReportFile) =>
    `  ${outcome.padEnd(8)}  ${formatBytes(bytes).padStart(9)}  ${seconds === undefined ? ''.padStart(8) : formatSeconds(seconds).padStart(8)}  ${path}${detail ? `: ${detail}` : ''}`
  const parts = [
    section('Problem files', shortened(problems, line)),
    section('Slowest files', slowest.slice(0, namedFiles).map(line)),
  ]
  return parts.filter((part) => part.length > 0).flatMap((part, index) => (index === 0 ? part : ['', ...part]))
}

function shortened(list: readonly ReportFile[], line: (file: ReportFile) => string): string[] {
  const lines = list.slice(0, namedFiles).map(line)
  return list.length > namedFiles ? [...lines, `  and ${list.length - namedFiles} more in the JSON report`] : lines
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines]
}

function pairs(record: Record<string, unknown>): string[] {
  const width = Math.max(0, ...Object.keys(record).map((key) => key.length))
  return Object.entries(record).map(([key, value]) => `  ${key.padEnd(width)}  ${plain(value)}`)
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
