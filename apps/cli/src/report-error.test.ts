import { mkdir } from 'node:fs/promises'
import { CodedError } from '@backlot/base/errors'
import { ApiError } from '@backlot/contract/client'
import { describe, expect, it } from 'vitest'
import { reportError } from './report-error.ts'
import { captureOutput } from './testing/captured-output.ts'

function report(thrown: unknown) {
  const forPeople = captureOutput(false)
  const forScripts = captureOutput(true)
  const exitCode = reportError(thrown, forPeople.output)
  expect(reportError(thrown, forScripts.output)).toBe(exitCode)
  expect(forPeople.stdout()).toBe('')
  const { error } = JSON.parse(forScripts.stdout()) as { error: { code: string; details: Record<string, unknown> } }
  return { exitCode, text: forPeople.stderr(), ...error }
}

function systemError(code: string, path?: string): Error {
  return Object.assign(new Error(`${code}: as the system says it`), { code, ...(path !== undefined && { path }) })
}

describe('an error of our own', () => {
  it('is told with its advice and code, without a stack', () => {
    const { exitCode, text, code } = report(new CodedError('job.not_found', 'There is no such job.'))
    expect([exitCode, code]).toEqual([4, 'job.not_found'])
    expect(text).toBe(
      "Error: There is no such job.\nIt may be deleted, or somebody else's: `backlot jobs` and the page of jobs list yours.  [job.not_found]\n",
    )
  })

  it('lists what is missing with who uses it, and gives a terminal no name raw', () => {
    const usage = (block: string) => ({ block, in: '/p/a.blend' })
    const missing = [
      { path: '/p/gone\u001b[2J.png', usages: ['IMa', 'IMb', 'IMc'].map(usage), similar: ['/p/old/gone.png'] },
      ...Array.from({ length: 12 }, (_, index) => ({ path: `/p/${index}.png`, usages: [usage('OBx')] })),
    ]
    const { text, exitCode } = report(new CodedError('submit.missing_files', 'long', { details: { missing } }))
    expect(exitCode).toBe(1)
    expect(text.split('\n').slice(0, 6)).toEqual([
      'Error: 13 files that the scene needs are missing:',
      '  /p/gone\\x1b[2J.png',
      '      used by image a in /p/a.blend',
      '      used by image b in /p/a.blend',
      '      used by 1 more',
      '      did you mean /p/old/gone.png?',
    ])
    expect(text).toContain('  and 1 more; `backlot trace FILE --missing` lists them\n')
    const odd = report(new CodedError('blend.corrupt', '/p/a\u001b[31m\n.blend is damaged.'))
    expect(odd.text).toContain('Error: /p/a\\x1b[31m\\n.blend is damaged.\n')
  })

  it('shows the details that help, but none that the message has already', () => {
    const problems = [
      { field: 'chunk', message: 'Too small' },
      { field: 'priority', message: 'Too big' },
    ]
    const { exitCode, text } = report(new ApiError('request.invalid', 'chunk: Too small', { problems }))
    expect(exitCode).toBe(2)
    expect(text).toContain('Error: chunk: Too small\n  priority: Too big\n')
  })

  it('names the states that would allow it', () => {
    const error = new ApiError('job.illegal_transition', 'A job that is queued can’t be deleted.', {
      allowed: ['completed', 'failed'],
    })
    expect(report(error).text).toContain('Possible when it is completed or failed.')
  })

  it('asks whether a server of this machine runs', () => {
    const at = (url: string) => report(new ApiError('network.unreachable', 'It can’t be reached.', { url }))
    expect(at('http://127.0.0.1:8080/api/v1/jobs').text).toContain('backlot up')
    expect(at('https://studio.example/api/v1/jobs').text).not.toContain('backlot up')
    expect(at('http://localhost:8080').exitCode).toBe(5)
  })
})

describe('an error of the operating system', () => {
  it.each([
    ['ENOSPC', 'host.disk_full', 1],
    ['EACCES', 'host.no_permission', 3],
    ['EROFS', 'host.no_permission', 3],
    ['ENOTDIR', 'host.no_permission', 3],
    ['EADDRINUSE', 'host.port_taken', 1],
    ['ENOENT', 'submit.file_not_found', 4],
    ['ENAMETOOLONG', 'submit.file_not_found', 4],
  ])('%s becomes %s', (system, ours, exit) => {
    const { code, exitCode, text, details } = report(systemError(system, '/films/shot'))
    expect([code, exitCode, details.path]).toEqual([ours, exit, '/films/shot'])
    expect(text).not.toContain('    at ')
  })

  it('names the folder when it comes from a temporary file', () => {
    expect(report(systemError('EACCES', '/studio/config/sessions.json.a27bb472.tmp')).text).toContain('/studio/config.')
  })

  it('is the same when it is a real one', async () => {
    const thrown = await mkdir('/dev/null/frames', { recursive: true }).catch((error: unknown) => error)
    expect(report(thrown)).toMatchObject({ code: 'host.no_permission', exitCode: 3 })
  })
})

it('an interruption ends with 130', () => {
  const error = new DOMException('This operation was aborted', 'AbortError')
  expect(report(error)).toMatchObject({ exitCode: 130, code: 'cli.interrupted' })
  const followed = new CodedError('cli.interrupted', 'Interrupted.', { details: { jobId: 'j-1' } })
  expect(report(followed).text).toContain('backlot download j-1 --auto')
})

it('a mistake in this program is called that, with the place', () => {
  const { exitCode, code, text } = report(new RangeError('index out of bounds'))
  expect([exitCode, code]).toEqual([1, 'cli.internal'])
  expect(text).toContain('index out of bounds')
  expect(text).toContain('report-error.test.ts')
})

it('a mistake in the server is the server’s', () => {
  const error = new ApiError('server.internal', 'Something went wrong.', { requestId: 'r-17' })
  const { code, text } = report(error)
  expect(code).toBe('server.internal')
  expect(text).toContain('Request r-17')
  expect(text).not.toContain('    at ')
})
