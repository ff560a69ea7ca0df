import { spawn, spawnSync } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestAccess, password, type TestAccess } from './test-access.ts'

/** Every Python at hand that Blender may have: 3.10 (3.4) to 3.13 (5.x). The generated client needs nothing else. */
const versions = new Map<string, string>()
for (const name of ['python3', 'python3.10', 'python3.11', 'python3.12', 'python3.13']) {
  const asked = spawnSync(name, ['-c', 'import sys; print("%d.%02d" % sys.version_info[:2])'], { encoding: 'utf8' })
  const version = asked.status === 0 ? asked.stdout.trim() : '0'
  if (version >= '3.10') versions.set(version, name)
}
const pythons = [...versions.values()]
const folder = join(import.meta.dirname, '../../extensions/blender/backlot')

let access: TestAccess
let url: string
let stranger: { url: string; heard: string[]; close: () => void }
beforeAll(async () => {
  access = await createTestAccess()
  url = await access.listen()
  await access.setUp()
  stranger = await startStranger()
})
afterAll(async () => {
  stranger.close()
  await access.close()
})

/** A server that is none of ours: sends people elsewhere, and breaks off. */
async function startStranger() {
  const heard: string[] = []
  const server = createServer((request, response) => {
    heard.push(request.headers.authorization ?? '')
    if (request.url?.startsWith('/elsewhere')) response.end('{}')
    else if (request.url === '/api/v1/members') response.end('<html>')
    else if (request.url === '/api/v1/projects') request.socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{')
    else response.writeHead(302, { location: '/elsewhere' }).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, heard, close: () => server.close() }
}

async function run(python: string, script: string): Promise<unknown> {
  const child = spawn(python, ['-I', '-c', `import sys, json\nsys.path.insert(0, sys.argv[1])\n${script}`, folder], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr)])
  expect(errors).toBe('')
  return JSON.parse(out)
}

describe.each(pythons)('the generated client in %s', (python) => {
  it('signs in, asks, changes and hears errors with their advice', async () => {
    const told = await run(
      python,
      `
from client_gen import Api, ApiError
api = Api(${JSON.stringify(`${url}/`)})
api.token = api.sign_in({"email": "ada@example.org", "password": ${JSON.stringify(password)}})["token"]
made = api.create_token({"name": "of " + ${JSON.stringify(python)}})
script = Api(${JSON.stringify(url)}, made["secret"], tenant=api.whoami()["tenant"]["tenantId"])
told = {"via": script.whoami()["via"], "kinds": [token["kind"] for token in api.list_tokens(kind="personal")["items"]][:1]}
told["revoked"] = api.revoke_token(made["id"])
for name, call in {
    "revoked token": script.whoami,
    "unknown": lambda: api.revoke_token("00000000-0000-7000-8000-000000000000"),
    "hostile": lambda: api.revoke_token("../../info"),
    "invalid": lambda: api.create_token({"name": ""}),
}.items():
    try:
        told[name] = call()
    except ApiError as error:
        told[name] = [error.status, error.code, bool(error.advice), bool(str(error))]
print(json.dumps(told))
`,
    )
    expect(told).toEqual({
      via: 'personal_token',
      kinds: ['personal'],
      revoked: null,
      'revoked token': [401, 'auth.invalid_token', true, true],
      unknown: [404, 'token.not_found', true, true],
      hostile: [422, 'request.invalid', true, true],
      invalid: [422, 'request.invalid', true, true],
    })
  })

  it('hands its token to nobody else, and tells a broken answer from an error of the server', async () => {
    stranger.heard.length = 0
    const told = await run(
      python,
      `
from client_gen import Api, ApiError
api = Api(${JSON.stringify(stranger.url)}, "bkp_secret")
told = []
for call in (api.whoami, api.list_projects, api.list_members, Api("http://127.0.0.1:1").whoami):
    try:
        told.append(call())
    except ApiError as error:
        told.append([error.status, error.code])
try:
    Api("file:///etc/passwd")
except ValueError as error:
    told.append("refused")
print(json.dumps(told))
`,
    )
    const errors = [
      [302, 'server.internal'],
      [0, 'network.unreachable'],
      [200, 'server.internal'],
      [0, 'network.unreachable'],
    ]
    expect(told).toEqual([...errors, 'refused'])
    expect(stranger.heard).toEqual(Array.from({ length: 3 }, () => 'Bearer bkp_secret'))
  })
})
