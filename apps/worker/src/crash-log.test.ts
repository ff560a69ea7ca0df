import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readCrashLog } from './crash-log.ts'

let folder: string
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'backlot-crash-'))))
afterEach(() => rm(folder, { recursive: true, force: true }))

it('reads the last lines of a crash log, however long it is', async () => {
  const path = join(folder, 'shot.crash.txt')
  await writeFile(path, Array.from({ length: 50_000 }, (_, line) => `frame ${line}\r\n\n`).join(''))
  const lines = await readCrashLog(path)
  expect([lines.length, lines[0], lines.at(-1)]).toEqual([200, 'frame 49800', 'frame 49999'])
})

it('has nothing to say of one that is not there', async () => {
  expect(await readCrashLog(join(folder, 'none'))).toEqual([])
})
