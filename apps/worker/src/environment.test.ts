import { totalmem } from 'node:os'
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
      recycleTasks: 200,
    })
    expect(environment.name).not.toBe('')
  })

  it('shares the memory out among slots, unless a limit is given; 0 is none', () => {
    const read = (more: Record<string, string>) => readEnvironment({ BACKLOT_SERVER: 'http://farm.test', ...more })
    const whole = read({}).memoryLimitBytes ?? 0
    expect(whole).toBeGreaterThan(0)
    expect(whole).toBeLessThanOrEqual(totalmem() * 0.8)
    expect(read({ BACKLOT_WORKER_SLOTS: '4' }).memoryLimitBytes).toBe(Math.floor(whole / 4))
    expect(read({ BACKLOT_WORKER_SLOTS: '4', BACKLOT_WORKER_MEMORY_MIB: '100' }).memoryLimitBytes).toBe(104_857_600)
    expect(read({ BACKLOT_WORKER_MEMORY_MIB: '0', BACKLOT_WORKER_RECYCLE_TASKS: '0' })).toMatchObject({
      memoryLimitBytes: undefined,
      recycleTasks: undefined,
    })
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
