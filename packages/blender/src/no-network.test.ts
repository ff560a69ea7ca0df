import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findLauncher, startsThrough } from './no-network.ts'
import { runProgram } from './run-program.ts'

test('what it starts keeps its process id and reaches nobody, not even this machine', async ({ skip }) => {
  const launcher = await findLauncher()
  if ('reason' in launcher) return skip(`no program can be started without a network here: ${launcher.reason}`)
  const server = createServer((_, response) => response.end('hello')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    const { port } = server.address() as AddressInfo
    const script = `
      const said = fetch('http://127.0.0.1:${port}').then((answer) => answer.text(), (error) => error.cause.code)
      console.log(process.ppid, await said)`
    const node = [process.execPath, '--input-type=module', '-e', script] as const
    const [command, ...args] = launcher
    expect((await runProgram(command, [...args, ...node])).stdout).toBe(`${process.pid} ENETUNREACH\n`)
    expect((await runProgram(node[0], node.slice(1))).stdout).toBe(`${process.pid} hello\n`)
  } finally {
    server.close()
  }
})

test('a program starts through it or does not, and must be able to write into a folder', async ({ skip }) => {
  const launcher = await findLauncher()
  if ('reason' in launcher) return skip(`no program can be started without a network here: ${launcher.reason}`)
  const folder = await mkdtemp(join(tmpdir(), 'backlot-no-network-'))
  try {
    expect(await startsThrough(launcher, { path: process.execPath }, folder)).toBe(true)
    expect(await startsThrough(launcher, { path: process.execPath }, join(folder, 'none'))).toBe(false)
    expect(await startsThrough(launcher, { path: '/bin/false' }, folder)).toBe(false)
  } finally {
    await rm(folder, { recursive: true })
  }
})
