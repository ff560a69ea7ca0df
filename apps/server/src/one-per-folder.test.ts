import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawn } from 'node:child_process'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lockFolder } from './one-per-folder.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backlot-lock-'))
})
afterEach(() => rm(folder, { recursive: true }))

describe('lockFolder', () => {
  it('leaves nothing behind when it is released', async () => {
    const release = await lockFolder(folder)
    await release()
    expect(await readdir(folder)).toEqual([])
  })

  it('takes over the lock of a process that is gone', async () => {
    const child = spawn(process.execPath, ['-e', ''])
    await new Promise((resolve) => child.once('exit', resolve))
    await writeFile(join(folder, 'server.lock'), String(child.pid))
    await (
      await lockFolder(folder)
    )()
    expect(await readdir(folder)).toEqual([])
  })

  it('refuses while another server holds it', async () => {
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)', 'server'])
    try {
      await new Promise((resolve) => child.once('spawn', resolve))
      await writeFile(join(folder, 'server.lock'), String(child.pid))
      await expect(lockFolder(folder)).rejects.toMatchObject({ code: 'host.already_running' })
    } finally {
      child.kill('SIGKILL')
    }
  })

  it('takes over a damaged lock', async () => {
    await writeFile(join(folder, 'server.lock'), 'not a number')
    await (
      await lockFolder(folder)
    )()
    expect(await readdir(folder)).toEqual([])
  })
})
