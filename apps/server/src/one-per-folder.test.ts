import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
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

// On systems that do not tell when a process began, one that lives counts as the owner.
const isTold = process.platform === 'linux'

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

  it.runIf(isTold)(
    'takes over the lock of a process whose id another one has now, whatever that one is called',
    async () => {
      const release = await lockFolder(folder)
      const lock = await readFile(join(folder, 'server.lock'), 'utf8')
      await release()
      const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)', '--server', 'http://127.0.0.1:8080'])
      try {
        await new Promise((resolve) => child.once('spawn', resolve))
        // As the lock of a process with this id that began when this test did.
        await writeFile(join(folder, 'server.lock'), lock.replace(String(process.pid), String(child.pid)))
        await (
          await lockFolder(folder)
        )()
        expect(await readdir(folder)).toEqual([])
      } finally {
        child.kill('SIGKILL')
      }
    },
  )

  it('takes over a damaged lock', async () => {
    await writeFile(join(folder, 'server.lock'), 'not a number')
    await (
      await lockFolder(folder)
    )()
    expect(await readdir(folder)).toEqual([])
  })

  it('lets one of several servers take over a lock, however they come between each other', async () => {
    const rounds = 20
    const dead = spawn(process.execPath, ['-e', ''])
    await new Promise((resolve) => dead.once('exit', resolve))
    for (let round = 0; round < rounds; round++) {
      await mkdir(join(folder, String(round)))
      await writeFile(join(folder, String(round), 'server.lock'), String(dead.pid))
    }
    const server = `
      const { lockFolder } = await import(${JSON.stringify(join(import.meta.dirname, 'one-per-folder.ts'))})
      const begin = ${Date.now() + 1500}
      const won = []
      for (let round = 0; round < ${rounds}; round++) {
        while (Date.now() < begin + round * 20); // all at the same moment
        await lockFolder(${JSON.stringify(folder)} + '/' + round).then(() => won.push(round), () => {})
      }
      console.log(JSON.stringify(won))
      process.stdin.resume() // the owner lives until everybody has tried`
    const children = Array.from({ length: 4 }, () => spawn(process.execPath, ['--input-type=module', '-e', server]))
    try {
      const won = await Promise.all(
        children.map(
          async ({ stdout }) => JSON.parse(String(((await once(stdout, 'data')) as [Buffer])[0])) as number[],
        ),
      )
      expect(won.flat().toSorted((a, b) => a - b)).toEqual(Array.from({ length: rounds }, (_, round) => round))
    } finally {
      for (const child of children) child.kill('SIGKILL')
    }
  })
})
