import { describe, expect, it } from 'vitest'
import { readEnvironment } from './environment.ts'

describe("the worker's environment", () => {
  it('needs only the server', () => {
    const environment = readEnvironment({
      BACKLOT_SERVER: 'http://127.0.0.1:8080/',
      BACKLOT_DATA: '/data',
      BACKLOT_WORKER_TOKEN: '',
    })
    expect(environment).toMatchObject({
      server: 'http://127.0.0.1:8080',
      joinToken: undefined,
      slots: 1,
      tags: [],
      dataFolder: '/data/worker/default',
      mayInstall: true,
      network: 'none',
      memoryLimitBytes: undefined,
    })
    expect(environment.name).not.toBe('')
  })

  it('reads tags', () => {
    const environment = readEnvironment({
      BACKLOT_SERVER: 'https://farm.test',
      BACKLOT_WORKER_TAGS: 'gpu, linux,',
    })
    expect(environment.tags).toEqual(['gpu', 'linux'])
  })

  it('names every wrong variable at once', () => {
    const read = () =>
      readEnvironment({ BACKLOT_SERVER: 'ftp://x', BACKLOT_WORKER_SLOTS: 'many', BACKLOT_WORKER_TAGS: 'a b' })
    expect(read).toThrow(/BACKLOT_SERVER.*BACKLOT_WORKER_TAGS.*BACKLOT_WORKER_SLOTS/s)
  })
})
