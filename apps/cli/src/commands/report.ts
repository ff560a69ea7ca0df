import { resolve } from 'node:path'
import { CodedError } from '@backlot/base/errors'
import { latestReport, readReport } from '@backlot/transfer/report'
import { renderReport } from '@backlot/transfer/report-text'
import type { CliContext } from '../context.ts'
import { reportFolder } from '../reports.ts'

export async function run(context: CliContext, _options: object, [which]: [string]): Promise<void> {
  const folder = reportFolder(context)
  const path = which === 'LATEST' ? await latestReport(folder) : resolve(which)
  if (path === undefined) throw new CodedError('report.not_found', `There is no report in ${folder} yet.`)
  const report = await readReport(path)
  if (report === undefined) throw new CodedError('report.not_found', `${path} is not a report.`)
  context.output.answer({ path, ...report }, renderReport(report))
}
