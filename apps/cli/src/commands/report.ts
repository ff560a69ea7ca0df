import { resolve } from 'node:path'
import { readJson } from '@backlot/base/node/atomic-file'
import { CodedError } from '@backlot/base/errors'
import { latestReport, renderReport, reportDocument } from '@backlot/transfer/report'
import type { CliContext } from '../context.ts'
import { reportFolder } from '../submit-job.ts'

export async function run(context: CliContext, _options: object, [which]: [string]): Promise<void> {
  const folder = reportFolder(context)
  const path = which === 'LATEST' ? await latestReport(folder) : resolve(which)
  if (path === undefined) throw new CodedError('report.not_found', `There is no report in ${folder} yet.`)
  const content = await readJson(path)
  if (content === undefined) throw new CodedError('report.not_found', `There is no ${path}.`)
  const report = reportDocument.safeParse(content)
  if (!report.success) throw new CodedError('report.not_found', `${path} is not a report.`)
  context.output.answer({ path, ...report.data }, renderReport(report.data))
}
