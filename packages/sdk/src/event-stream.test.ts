import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connectEventStream } from './event-stream.ts'

let streams: { url: string; authorization: string | undefined; response: ServerResponse }[]
let server: ReturnType<typeof createServer>
let url: string
beforeEach(async () => {
  streams = []
  server = createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': welcome\n\n')
    streams.push({ url: request.url ?? '', authorization: request.headers.authorization, response })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

const until = (condition: () => boolean) => expect.poll(condition, { interval: 5, timeout: 5000 }).toBe(true)
const open = () =>
  connectEventStream({
    server: url,
    headers: () => ({ authorization: 'Bearer x' }),
    reconnect: { first: 5, longest: 10 },
  })

describe('the event stream', () => {
  it('asks for all topics in one connection and gives each event to whom it concerns', async () => {
    const events = open()
    const seen: string[] = []
    events.subscribe('job.1.frame', ({ topic }) => seen.push(`frame ${topic}`))
    events.subscribe('job.*.changed', ({ payload }) => seen.push(`changed ${(payload as { name: string }).name}`))
    events.subscribe('job.>', ({ topic }) => seen.push(`all ${topic}`))
    await until(() => streams.length === 1)
    expect(streams[0]).toMatchObject({
      url: '/api/v1/events?topic=job.1.frame&topic=job.*.changed&topic=job.%3E',
      authorization: 'Bearer x',
    })
    const { response } = streams[0] as (typeof streams)[number]
    response.write('event: job.2.changed\nda')
    response.write('ta: {"name":"a"}\n\n: still here\n\nevent: job.1.frame\ndata: {}\n\n')
    await until(() => seen.length === 4)
    expect(seen).toEqual(['changed a', 'all job.2.changed', 'frame job.1.frame', 'all job.1.frame'])
    events.close()
    await until(() => response.destroyed)
  })

  it('connects again when it breaks, and says that events may be lost', async () => {
    const events = open()
    const states: string[] = []
    events.onState((state) => states.push(state))
    events.subscribe('job.1.frame', () => undefined)
    await until(() => states.includes('online'))
    streams[0]?.response.destroy()
    await until(() => streams.length === 2 && states.includes('lagged'))
    expect(states).toEqual(['connecting', 'online', 'offline', 'connecting', 'online', 'lagged'])
    events.close()
  })
})
