import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { CodedError } from '@backlot/base/errors'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { latestReport, openReport, readReport, transcriptOf } from './report.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'backlot-report-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

describe('a report', () => {
  it('tells stages, files, warnings and the end, as JSON and as text', async () => {
    const report = await openReport({ dir, kind: 'submission', subject: { file: '/shots/a.blend' } })
    const found = await report.stage('trace', async (stage) => {
      stage.result = { files: 3 }
      return 3
    })
    report.warn('A texture is missing.', { path: '/tex/a.png' })
    report.file({ path: '/tex/b.png', size: 2_500_000, outcome: 'sent', seconds: 1.5 })
    report.file({ path: '/tex/a.png', size: 0, outcome: 'missing' })
    await report.finish({ jobId: 'j' })
    expect(found).toBe(3)
    expect(await readReport(report.path)).toMatchObject({
      state: 'done',
      subject: { file: '/shots/a.blend', jobId: 'j' },
      stages: [{ name: 'trace', state: 'done', result: { files: 3 } }],
      totals: { sent: { files: 1, bytes: 2_500_000 }, missing: { files: 1, bytes: 0 } },
      files: [{ outcome: 'missing' }, { outcome: 'sent' }],
    })
    const text = await readFile(transcriptOf(report.path), 'utf8')
    for (const part of ['state    done', 'trace  done', 'A texture is missing.', '2.5 MB', 'Problem files'])
      expect(text).toContain(part)
    expect((await readdir(dir)).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  it('says where and why it failed, with advice; a cancel is not a failure', async () => {
    const report = await openReport({ dir, kind: 'download' })
    const error = new CodedError('transfer.disk_full', 'There is no space left.', { details: { path: '/out' } })
    const failing = report.stage('receive', async () => Promise.reject(error))
    await expect(failing).rejects.toBe(error)
    await report.fail(error)
    const data = await readReport(report.path)
    expect(data?.error).toMatchObject({ code: 'transfer.disk_full', kind: 'invalid', stage: 'receive' })
    expect(data?.error?.advice).toMatch(/Free space/)
    const cancelled = await openReport({ dir, kind: 'download' })
    await cancelled.fail(AbortSignal.abort().reason)
    expect(await readReport(cancelled.path)).toMatchObject({ state: 'cancelled', error: null })
  })

  it('is valid until then when the process is killed', async () => {
    const script = `
      const { openReport } = await import(${JSON.stringify(new URL('report.ts', import.meta.url).href)})
      const report = await openReport({ dir: ${JSON.stringify(dir)}, kind: 'submission' })
      await report.stage('trace', async () => {})
      await report.stage('upload', async () => process.kill(process.pid, 'SIGKILL'))`
    expect(spawnSync(process.execPath, ['--eval', script]).signal).toBe('SIGKILL')
    const path = (await latestReport(dir)) ?? ''
    expect(await readReport(path)).toMatchObject({
      state: 'running',
      stages: [
        { name: 'trace', state: 'done' },
        { name: 'upload', state: 'running', seconds: null },
      ],
    })
    expect(await readFile(transcriptOf(path), 'utf8')).toContain('ended without a word')
  })

  it('is valid at every moment: killed anywhere, both files are whole', { timeout: 60_000 }, async () => {
    const script = `
      const { openReport } = await import(${JSON.stringify(new URL('report.ts', import.meta.url).href)})
      const report = await openReport({ dir: ${JSON.stringify(dir)}, kind: 'submission' })
      process.stdout.write('begun')
      await report.stage('upload', async () => {
        for (let index = 0; ; index++) {
          report.file({ path: 'x'.repeat(2000) + index, size: 1, outcome: 'sent' })
          await report.flush()
        }
      })`
    const killed = Array.from({ length: 6 }, async () => {
      const child = spawn(process.execPath, ['--eval', script], { stdio: ['ignore', 'pipe', 'inherit'] })
      const ended = once(child, 'exit')
      await once(child.stdout, 'data')
      await sleep(Math.random() * 100)
      child.kill('SIGKILL')
      await ended
    })
    await Promise.all(killed)
    const reports = (await readdir(dir)).filter((name) => name.endsWith('.json'))
    expect(reports).toHaveLength(6)
    for (const name of reports) {
      const data = await readReport(join(dir, name))
      expect(data?.state).toBe('running')
      expect(await readFile(transcriptOf(join(dir, name)), 'utf8')).toMatch(
        /^Backlot report: submission\n[^]*Environment/,
      )
    }
  })

  it('does not stop the work when it can not be written', async () => {
    await writeFile(join(dir, 'file'), '')
    const report = await openReport({ dir: join(dir, 'file', 'reports'), kind: 'submission' })
    expect(await report.stage('trace', async () => 1)).toBe(1)
    await report.finish()
  })

  it('lists at most 2,000 files, and every problem', async () => {
    const report = await openReport({ dir, kind: 'submission' })
    for (let index = 0; index < 3000; index++) report.file({ path: `${index}`, size: 1, outcome: 'sent' })
    report.file({ path: 'lost', size: 0, outcome: 'missing' })
    await report.finish()
    const data = await readReport(report.path)
    expect(data?.files).toHaveLength(2001)
    expect(data?.totals.sent).toEqual({ files: 3000, bytes: 3000 })
    expect(data?.files[0]?.path).toBe('lost')
  })
})

describe('latestReport', () => {
  it('is the newest, of a kind when asked', async () => {
    expect(await latestReport(join(dir, 'none'))).toBeUndefined()
    const at = (day: number) => ({ dir, now: () => new Date(Date.UTC(2026, 1, day)) })
    const old = await openReport({ ...at(1), kind: 'submission' })
    const young = await openReport({ ...at(2), kind: 'download' })
    expect(await latestReport(dir)).toBe(young.path)
    expect(await latestReport(dir, 'submission')).toBe(old.path)
  })
})
