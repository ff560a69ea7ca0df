import { join } from 'node:path'
import type { DownloadManyOptions } from '@backlot/transfer/download'
import { openReport, type ReportStage } from '@backlot/transfer/report'
import version from '../package.json' with { type: 'json' }
import type { Connection } from './connection.ts'
import type { CliContext } from './context.ts'

export function reportFolder({ configFolder }: Pick<CliContext, 'configFolder'>): string {
  return join(configFolder, 'reports')
}

/** What every report says of the program that wrote it. */
export function reportEnvironment({ server }: Pick<Connection, 'server'>): Record<string, unknown> {
  return { backlot: version.version, server }
}

export interface ReportedDownload {
  stage: ReportStage
  /** For `downloadMany`. */
  onFile: NonNullable<DownloadManyOptions['onFile']>
  warn: (message: string) => void
}

/** Downloads with a diagnostic report of it. */
export async function reportDownload<T>(
  context: CliContext,
  connection: Pick<Connection, 'server'>,
  subject: { jobId: string; folder: string },
  work: (report: ReportedDownload) => Promise<T>,
): Promise<T> {
  const environment = reportEnvironment(connection)
  const report = await openReport({ dir: reportFolder(context), kind: 'download', subject, environment })
  try {
    const result = await report.stage('download', (stage) =>
      work({
        stage,
        onFile: ({ target, size }, { skipped, seconds }) =>
          report.file({ path: target, size, seconds, outcome: skipped ? 'skipped' : 'received' }),
        warn: (message) => report.warn(message),
      }),
    )
    await report.finish()
    return result
  } catch (error) {
    await report.fail(error)
    throw error
  }
}
