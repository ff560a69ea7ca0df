import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Fastify from 'fastify'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { serveWebApp } from './web-app.ts'

const server = Fastify()
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backlot-web-'))
  await mkdir(join(folder, 'assets'))
  await writeFile(join(folder, 'index.html'), '<!doctype html>')
  await writeFile(join(folder, 'assets/index-1.js'), 'index')
  await writeFile(join(folder, 'assets/blend.worker-1.js'), 'worker')
  await writeFile(join(folder, 'assets/blend.worker-1.js.br'), 'compressed')
  await serveWebApp(server, folder)
})
afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

const policyOf = async (url: string, headers = {}) => {
  const { statusCode, headers: answered } = await server.inject({ url, headers })
  return statusCode === 200 ? answered['content-security-policy'] : statusCode
}

it('lets a page run scripts of this server only, and no WASM', async () => {
  const policy = await policyOf('/jobs')
  expect(policy).toContain("default-src 'self'")
  expect(policy).not.toContain('unsafe')
  expect(await policyOf('/assets/index-1.js')).toBeUndefined()
})

it('lets the worker that reads .blend files reach no address, compressed or not', async () => {
  const policy = "default-src 'none'; script-src 'wasm-unsafe-eval'; connect-src data:"
  expect(await policyOf('/assets/blend.worker-1.js')).toBe(policy)
  expect(await policyOf('/assets/blend.worker-1.js', { 'accept-encoding': 'br' })).toBe(policy)
})
